package dev.perennial.orders.ratelimit;

import java.time.Duration;

/**
 * A token bucket: {@code capacity} at once, refilled evenly within {@code window}.
 *
 * @param capacity at least 1
 * @param window in which an empty bucket fills up again
 */
public record Limit(int capacity, Duration window) {
    private static final long NANOS_OF_A_TICK = 1_000;

    public Limit {
        if (capacity < 1 || window.isNegative() || window.isZero()) {
            throw new IllegalArgumentException("a limit of " + capacity + " in " + window + " allows nothing");
        }
    }

    /** Time in which one token comes back: rounded up to the microsecond that the database can store, never down. */
    public Duration interval() {
        long ticks = Math.ceilDiv(window.toNanos(), NANOS_OF_A_TICK * capacity);
        return Duration.ofNanos(ticks * NANOS_OF_A_TICK);
    }

    /** How far ahead of the time the theoretical arrival of an empty bucket is. */
    Duration depth() {
        return interval().multipliedBy(capacity);
    }

    /** For example {@code 300 in 3 h}. */
    public String words() {
        long seconds = window.toSeconds();
        String span = seconds % 86_400 == 0
                ? seconds / 86_400 + " d"
                : seconds % 3_600 == 0 ? seconds / 3_600 + " h" : seconds + " s";
        return capacity + " in " + span;
    }
}
