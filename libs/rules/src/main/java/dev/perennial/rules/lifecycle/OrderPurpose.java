package dev.perennial.rules.lifecycle;

/** What an order is for. */
public enum OrderPurpose {
    /** A certificate that is served. */
    LIVE,
    /** To see, at another CA and with dry runs on the hosts, that a live order would get through; then that one is made. */
    REHEARSAL,
    /** To see the same of a certificate that is served already, and how long it takes. Nothing follows; tried once. */
    DRILL
}
