package dev.perennial.testbed.ca;

import java.util.Set;

/** One thing that goes wrong at the CA. It counts, so that a test can tell that it really happened. */
public final class Fault {
    private final Faults faults;
    private final Faults.Where where;
    private final Misbehaviour misbehaviour;
    private long seen;
    private long struck;

    Fault(Faults faults, Faults.Where where, Misbehaviour misbehaviour) {
        this.faults = faults;
        this.where = where;
        this.misbehaviour = misbehaviour;
    }

    /** How many requests it has struck. */
    public synchronized long strikes() {
        return struck;
    }

    /** Has no effect on requests that it struck before. */
    public void switchOff() {
        faults.switchOff(this);
    }

    Misbehaviour misbehaviour() {
        return misbehaviour;
    }

    /** Whether this request is struck; counts it. */
    synchronized boolean strikes(RequestKind kind, Set<String> names) {
        if (!where.matches(kind, names)) {
            return false;
        }
        seen++;
        if (seen <= where.skipped() || struck >= where.times()) {
            return false;
        }
        struck++;
        return true;
    }
}
