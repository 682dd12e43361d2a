package dev.perennial.testbed.ca;

import java.util.Set;

/** A fault of the CA. It counts its injections, so that tests can assert that it occurred. */
public final class Fault {
    private final Faults faults;
    private final Faults.Where where;
    private final Misbehaviour misbehaviour;
    private long matching;
    private long injected;

    Fault(Faults faults, Faults.Where where, Misbehaviour misbehaviour) {
        this.faults = faults;
        this.where = where;
        this.misbehaviour = misbehaviour;
    }

    /** Number of requests that the fault has affected. */
    public synchronized long injections() {
        return injected;
    }

    /** Does not affect requests that are already in progress. */
    public void switchOff() {
        faults.switchOff(this);
    }

    Misbehaviour misbehaviour() {
        return misbehaviour;
    }

    /** Whether the fault applies to this request; counts it if so. */
    synchronized boolean applies(RequestKind kind, Set<String> names) {
        if (!where.matches(kind, names)) {
            return false;
        }
        matching++;
        if (matching <= where.skipped() || injected >= where.times()) {
            return false;
        }
        injected++;
        return true;
    }
}
