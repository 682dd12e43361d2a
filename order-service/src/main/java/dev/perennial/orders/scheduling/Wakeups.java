package dev.perennial.orders.scheduling;

import jakarta.inject.Singleton;

/** The things worth waking somebody for. */
@Singleton
public class Wakeups {
    private final Signal orderDue = new Signal();
    private final Signal factWritten = new Signal();
    private final Signal revocationDue = new Signal();

    /** An order may be due now. */
    public Signal orderDue() {
        return orderDue;
    }

    /** The outbox may hold something. */
    public Signal factWritten() {
        return factWritten;
    }

    /** A revocation may be due now. */
    public Signal revocationDue() {
        return revocationDue;
    }
}
