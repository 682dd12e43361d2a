package dev.perennial.api;

/** The state of one certificate of a replacement run. */
public enum ReplacementItemState {
    WAITING,
    UNDER_WAY,
    /** Its order failed and is retried; it occupies no slot. */
    TROUBLED,
    DONE,
    FAILED,
    /** There was nothing left to replace, or no issuer to drill at. */
    SKIPPED,
    NOT_SAMPLED
}
