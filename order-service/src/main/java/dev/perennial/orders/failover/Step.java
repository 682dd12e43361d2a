package dev.perennial.orders.failover;

/** What a CA does for an order; one may fail while the others work. */
enum Step {
    /** newOrder. */
    PLACING,
    /** Its look at our proof. */
    PROVING,
    /** Finalize and download. */
    ISSUING
}
