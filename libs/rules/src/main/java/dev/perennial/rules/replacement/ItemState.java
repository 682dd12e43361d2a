package dev.perennial.rules.replacement;

/** Where one certificate of a replacement is. */
public enum ItemState {
    /** Not released yet; never will be where the run was cancelled. */
    WAITING,
    /** Its order is under way. */
    UNDER_WAY,
    /** Its order has met a problem and is tried again by the usual pauses. It holds no place. */
    TROUBLED,
    /** The new one is proven on every host; issued, where there is none. */
    DONE,
    /** Its order has failed. */
    FAILED,
    /** There was nothing to replace any more, or nothing to drill at. */
    SKIPPED,
    /** Not in the sample of the drill. */
    NOT_SAMPLED;

    /** Whether it counts against the run. */
    public boolean isBad() {
        return this == TROUBLED || this == FAILED;
    }
}
