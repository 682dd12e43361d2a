package dev.perennial.api;

/** The state of a replacement run. */
public enum ReplacementState {
    PLANNED,
    RUNNING,
    PAUSED,
    DONE,
    CANCELLED
}
