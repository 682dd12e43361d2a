package dev.perennial.rules.failover;

/** What a CA does for an order; one may fail while the others work. */
public enum CaStep {
    /** newOrder. */
    PLACING,
    /** Its look at our proof. */
    PROVING,
    /** Finalize and download. */
    ISSUING
}
