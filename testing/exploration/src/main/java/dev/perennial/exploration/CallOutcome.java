package dev.perennial.exploration;

import java.util.List;
import java.util.Locale;

/** The outcomes of a call to another system. */
enum CallOutcome {
    SUCCEEDS,
    CRASH_BEFORE,
    CRASH_AFTER,
    /** No connection. */
    NOT_SENT,
    /** Processed, but without an answer. */
    ANSWER_LOST;

    static final List<CallOutcome> OUTCOMES = List.of(values());

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
