package dev.perennial.exploration;

/** How a CA is unavailable. */
enum Outage {
    NONE,
    /** It refuses connections, so that no request reaches it. */
    REFUSES_CONNECTIONS,
    /** It does not answer. */
    SILENT
}
