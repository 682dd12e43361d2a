package dev.perennial.api;

/** The outcome of one check of the doctor. */
public enum CheckOutcome {
    PASSED,
    FAILED,
    WARNING,
    SKIPPED
}
