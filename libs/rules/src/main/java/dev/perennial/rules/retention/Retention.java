package dev.perennial.rules.retention;

import java.time.Instant;

/** How long a row is kept. */
public sealed interface Retention {
    /** As long as the facts are as they are. */
    record Keep() implements Retention {}

    /** Until this time. */
    record DeleteAfter(Instant at) implements Retention {}

    /** The retention of rows that are deleted together. */
    default Retention and(Retention other) {
        return switch (this) {
            case Keep keep -> keep;
            case DeleteAfter(Instant at) ->
                other instanceof DeleteAfter(Instant otherAt) && otherAt.isBefore(at) ? this : other;
        };
    }

    default boolean isOver(Instant now) {
        return this instanceof DeleteAfter(Instant at) && !now.isBefore(at);
    }
}
