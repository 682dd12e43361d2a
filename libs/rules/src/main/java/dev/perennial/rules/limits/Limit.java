package dev.perennial.rules.limits;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A token bucket of {@code capacity} tokens that refills evenly within {@code window}.
 *
 * @param capacity at least 1
 * @param window time in which an empty bucket is full again
 */
public record Limit(int capacity, Duration window) {
    private static final long NANOS_OF_A_TICK = 1_000;
    /**
     * The CA's bucket refills later than the model, because the CA counts a request on arrival and a certificate at
     * its issuance, and the model counts before the request is sent. Delays up to this length are safe.
     */
    static final Duration DELAY = Duration.ofMinutes(10);

    private static final Pattern FORM = Pattern.compile("(\\d{1,9}) in (\\d{1,9}) (s|min|h|d)");
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

    /** Time in which one token refills: rounded up to the microsecond that the database can store, never down. */
    public Duration interval() {
        long ticks = Math.ceilDiv(window.toNanos(), NANOS_OF_A_TICK * capacity);
        return Duration.ofNanos(ticks * NANOS_OF_A_TICK);
    }

    /** The difference between the theoretical arrival time of an empty bucket and the current time. */
    Duration depth() {
        return interval().multipliedBy(capacity).minus(reserve());
    }

    /** The extra delay of the last token of a full bucket: at most the time of one token. */
    Duration reserve() {
        return capacity == 1 ? Duration.ZERO : interval().compareTo(DELAY) < 0 ? interval() : DELAY;
    }

    /**
     * The inverse of {@link #description}.
     *
     * @throws IllegalArgumentException if the text is not a limit
     */
    public static Limit parse(CharSequence text) {
        Matcher matcher = FORM.matcher(text);
        Duration unit = matcher.matches() ? UNITS.get(matcher.group(3)) : null;
        if (unit == null) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a limit; write it like '300 in 3 h', with s, min, h or d");
        }
        return new Limit(Integer.parseInt(matcher.group(1)), unit.multipliedBy(Long.parseLong(matcher.group(2))));
    }

    /** For example {@code 300 in 3 h}. */
    public String description() {
        long seconds = window.toSeconds();
        String span = seconds % 86_400 == 0
                ? seconds / 86_400 + " d"
                : seconds % 3_600 == 0 ? seconds / 3_600 + " h" : seconds + " s";
        return capacity + " in " + span;
    }
}
