package dev.perennial.orders.scheduling;

import jakarta.inject.Singleton;

/** The things worth waking somebody for. */
@Singleton
public class Wakeups {
    private final WakeupSignal orderDue = new WakeupSignal();
    private final WakeupSignal factWritten = new WakeupSignal();
    private final WakeupSignal revocationDue = new WakeupSignal();

    /** An order may be due now. */
    public WakeupSignal orderDue() {
        return orderDue;
    }

    /** The outbox may hold something. */
    public WakeupSignal factWritten() {
        return factWritten;
    }

    /** A revocation may be due now. */
    public WakeupSignal revocationDue() {
        return revocationDue;
    }
}
