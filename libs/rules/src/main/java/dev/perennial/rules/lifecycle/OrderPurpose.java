package dev.perennial.rules.lifecycle;

/** What an order is for. */
public enum OrderPurpose {
    /** A certificate that is served. */
    LIVE,
    /** Checks at another CA, with dry runs on the hosts, that a live order would succeed; then the live order is made. */
    REHEARSAL,
    /** Checks the same for a certificate that is served already, and measures the duration. Tried once; no live order follows. */
    DRILL
}
