package dev.perennial.rules.replacement;

/** Where a replacement is. */
public enum RunState {
    /** Nothing has happened; it may be approved as long as its plan is fresh. */
    PLANNED,
    /** Items are released, a few at a time. */
    RUNNING,
    /** None is released; what is under way goes on. */
    PAUSED,
    /** Every item has come to an end. */
    DONE,
    /** None will be released any more; what was under way went on. */
    CANCELLED
}
