package dev.perennial.orders.database;

import org.jdbi.v3.core.Handle;

/** A change for which a worker waits. The class that writes it announces it, and the worker is woken after the commit. */
public enum Change {
    /** An order may be due. */
    ORDER_DUE,
    /** The outbox has a fact to publish. */
    FACT_WRITTEN,
    /** A revocation may be due. */
    REVOCATION_DUE;

    /** Announces the change for the time after the commit of this transaction; a rollback discards it. */
    public void announce(Handle tx) {
        tx.getConfig(AnnouncedChanges.class).add(this);
    }
}
