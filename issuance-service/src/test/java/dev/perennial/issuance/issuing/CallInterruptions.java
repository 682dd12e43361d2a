package dev.perennial.issuance.issuing;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.params.provider.Arguments;

/** Counts all calls to other systems, so that a test can crash the process directly before or after any of them. */
final class CallInterruptions {
    /** An {@link Error}, so that no code under test catches it: the process has ended. */
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

    /** Crashes the process at the call with this number. */
    synchronized void crash(When moment, int call) {
        runAt(moment, call, () -> {
            throw new Crash(moment + " call " + call);
        });
    }

    /** Runs an action at the call with this number. */
    synchronized void runAt(When moment, int call, Runnable action) {
        when = moment;
        interruptAt = call;
        interruption = action;
    }

    synchronized void nothing() {
        interruptAt = -1;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    /** Before and after each call since the first {@code before} ones: moment, number after these, and action. */
    synchronized List<Arguments> momentsSince(int before) {
        List<Arguments> moments = new ArrayList<>();
        for (int i = before; i < calls.size(); i++) {
            for (When moment : When.values()) {
                moments.add(Arguments.of(moment, i - before, calls.get(i)));
            }
        }
        return moments;
    }

    <T> T around(String action, Supplier<T> call) {
        boolean here = isHere(action);
        if (here && when == When.BEFORE) {
            interruption.run();
        }
        T answer = call.get();
        if (here && when == When.AFTER) {
            interruption.run();
        }
        return answer;
    }

    private synchronized boolean isHere(String action) {
        calls.add(action);
        return calls.size() - 1 == interruptAt;
    }
}
