package dev.perennial.rules.lifecycle;

/** The purpose of an order. */
public enum OrderPurpose {
    /** A certificate that is served. */
    LIVE,
    /** Tests the order at another CA, with dry runs on the hosts. If it succeeds, the live order is created. */
    REHEARSAL,
    /**
     * Tests a certificate that is already served in the same way, and measures the duration. It is tried once, and no
     * live order follows.
     */
    DRILL
}
