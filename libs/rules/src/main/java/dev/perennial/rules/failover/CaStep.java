package dev.perennial.rules.failover;

/** A step that a CA performs for an order. One step may fail while the others work. */
public enum CaStep {
    /** newOrder. */
    PLACING,
    /** The check of the proof of control. */
    PROVING,
    /** Finalize and download. */
    ISSUING
}
