package dev.perennial.api;

/** The progress of a revocation. */
public enum RevocationState {
    /** Waits until a replacement is served. */
    REPLACING,
    DUE,
    ORDERED,
    REVOKED,
    /** The CA refuses; an operator must act. */
    FAILED
}
