package dev.perennial.issuance.issuing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Every call to the outside passes here, so that a test can end the process right before or right after any of them. */
final class CrashPoints {
    /** Not an exception that anything may catch: the process is gone. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash(String where) {
            super(where);
        }
    }

    enum When {
        BEFORE,
        AFTER
    }

    private final List<String> calls = new ArrayList<>();
    private int interruptAt = -1;
    private When when = When.BEFORE;
    private Runnable interruption = () -> {};

    /** The process ends at the call of this number. */
    synchronized void crash(When moment, int call) {
        meanwhile(moment, call, () -> {
            throw new Crash(moment + " call " + call);
        });
    }

    /** Something else happens at the call of this number. */
    synchronized void meanwhile(When moment, int call, Runnable what) {
        when = moment;
        interruptAt = call;
        interruption = what;
    }

    synchronized void nothing() {
        interruptAt = -1;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    <T> T around(String what, Supplier<T> call) {
        boolean here = isHere(what);
        if (here && when == When.BEFORE) {
            interruption.run();
        }
        T answer = call.get();
        if (here && when == When.AFTER) {
            interruption.run();
        }
        return answer;
    }

    private synchronized boolean isHere(String what) {
        calls.add(what);
        return calls.size() - 1 == interruptAt;
    }
}
