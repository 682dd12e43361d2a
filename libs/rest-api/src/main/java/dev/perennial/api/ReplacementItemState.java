package dev.perennial.api;

/** The state of one certificate of a replacement run. */
public enum ReplacementItemState {
    WAITING,
    IN_PROGRESS,
    /**
     * An attempt failed, a name is in quarantine, or a host does not report. The order is retried and occupies no slot.
     */
    RETRYING,
    DONE,
    /** Its order has failed permanently. */
    FAILED,
    /** There was nothing left to replace, or no issuer to drill at. */
    SKIPPED,
    NOT_SAMPLED
}
