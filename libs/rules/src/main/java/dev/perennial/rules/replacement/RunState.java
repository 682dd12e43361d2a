package dev.perennial.rules.replacement;

/** The state of a replacement run. */
public enum RunState {
    /** Not started. It can be approved until its plan expires. */
    PLANNED,
    /** Items are released, a limited number at a time. */
    RUNNING,
    /** No item is released; orders in progress continue. */
    PAUSED,
    /** Every item has ended. */
    DONE,
    /** Cancelled; no more items are released, and orders in progress continued. */
    CANCELLED
}
