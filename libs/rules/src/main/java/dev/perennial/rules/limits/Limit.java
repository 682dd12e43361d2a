package dev.perennial.rules.limits;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token bucket: {@code capacity} at once, refilled evenly within {@code window}.
 *
 * @param capacity at least 1
 * @param window in which an empty bucket fills up again
 */
public record Limit(int capacity, Duration window) {
    private static final long NANOS_OF_A_TICK = 1_000;
    /**
     * The CA's bucket fills up later than ours, because it counts a request when it comes and a certificate when it is issued, and we
     * count when we set out to ask. Delays up to this one do no harm.
     */
    static final Duration DELAY = Duration.ofMinutes(10);

    private static final Pattern WORDS = Pattern.compile("(\\d{1,9}) in (\\d{1,9}) (s|min|h|d)");
    private static final Map<String, Duration> UNITS = Map.of(
            "s",
            Duration.ofSeconds(1),
            "min",
            Duration.ofMinutes(1),
            "h",
            Duration.ofHours(1),
            "d",
            Duration.ofDays(1));

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
        return interval().multipliedBy(capacity).minus(reserve());
    }

    /** The time of one token at most: the last one of a full bucket is given that much later. */
    Duration reserve() {
        return capacity == 1 ? Duration.ZERO : interval().compareTo(DELAY) < 0 ? interval() : DELAY;
    }

    /**
     * The other way round than {@link #words()}.
     *
     * @throws IllegalArgumentException where it is none
     */
    public static Limit parse(CharSequence words) {
        Matcher matcher = WORDS.matcher(words);
        Duration unit = matcher.matches() ? UNITS.get(matcher.group(3)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(
                    "'" + words + "' is no limit; one is told like '300 in 3 h', with s, min, h or d");
        }
        return new Limit(Integer.parseInt(matcher.group(1)), unit.multipliedBy(Long.parseLong(matcher.group(2))));
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
