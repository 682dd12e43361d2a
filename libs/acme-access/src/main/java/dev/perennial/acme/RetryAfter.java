package dev.perennial.acme;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Parses the Retry-After header (RFC 9110 section 10.2.3), seconds or a date, and limits its value. */
final class RetryAfter {
    private static final Duration MAX_WAIT = Duration.ofDays(1);
    /** The longest window of a rate limit of a public CA. */
    private static final Duration MAX_RATE_LIMIT_WAIT = Duration.ofDays(7);

    private static final int MAX_DIGITS = 9;

    private RetryAfter() {}

    /** The wait from {@code now}, within [0, 1 day]; empty if the header is malformed. */
    static Optional<Duration> parse(String header, Instant now) {
        return parse(header, now, MAX_WAIT);
    }

    /** As {@link #parse}, for a rate limit: within [0, 7 days]. */
    static Optional<Duration> parseRateLimit(String header, Instant now) {
        return parse(header, now, MAX_RATE_LIMIT_WAIT);
    }

    private static Optional<Duration> parse(String header, Instant now, Duration longest) {
        String text = header.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(
                    text.length() > MAX_DIGITS ? longest : clamped(Duration.ofSeconds(Long.parseLong(text)), longest));
        }
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(clamped(Duration.between(now, at), longest));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration clamped(Duration wait, Duration longest) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(longest) > 0 ? longest : wait;
    }
}
