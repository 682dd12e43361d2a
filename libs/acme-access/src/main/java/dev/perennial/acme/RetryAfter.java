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
    private static final int MAX_DIGITS = 9;

    private RetryAfter() {}

    /** The wait from {@code now}, within [0, 1 day]; empty if the header is malformed. */
    static Optional<Duration> parse(String header, Instant now) {
        String text = header.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.of(
                    text.length() > MAX_DIGITS ? MAX_WAIT : clamped(Duration.ofSeconds(Long.parseLong(text))));
        }
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(clamped(Duration.between(now, at)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Duration clamped(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(MAX_WAIT) > 0 ? MAX_WAIT : wait;
    }
}
