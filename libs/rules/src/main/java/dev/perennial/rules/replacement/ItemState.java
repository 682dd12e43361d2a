package dev.perennial.rules.replacement;

/** The state of one certificate of a replacement. */
public enum ItemState {
    /** Not released yet. After a cancellation it is never released. */
    WAITING,
    /** Its order is in progress. */
    IN_PROGRESS,
    /**
     * An attempt failed, a name is in quarantine, or a host does not report. The order is retried and occupies no slot.
     */
    RETRYING,
    /** Every host has proven that it serves the new certificate; without hosts, it is issued. */
    DONE,
    /** Its order has failed permanently. */
    FAILED,
    /** There was nothing left to replace, or no issuer to drill at. */
    SKIPPED,
    /** Not in the sample of the drill. */
    NOT_SAMPLED;

    /** Whether it counts as a failure of the run. */
    public boolean countsAsFailure() {
        return this == RETRYING || this == FAILED;
    }
}
