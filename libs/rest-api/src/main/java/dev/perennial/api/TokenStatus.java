package dev.perennial.api;

/** The state of a service token. */
public enum TokenStatus {
    /** For the approval of a second person; requests with it are refused. */
    WAITING,
    USABLE,
    EXPIRED,
    REVOKED
}
