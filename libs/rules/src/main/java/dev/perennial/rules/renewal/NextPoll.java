package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The time of the next request for renewal information (RFC 9773 section 4.3).
 *
 * @param longest the longest interval between two requests, even if the CA demands a longer one
 */
public record NextPoll(Duration longest) {
    /** Section 4.3.2: "values under one minute could be treated as if they were one minute". */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** Section 4.3.3, after an answer that is invalid or has no Retry-After. */
    private static final Duration OTHERWISE = Duration.ofHours(6);

    /** A CA may add renewal information later. */
    private static final Duration WHERE_NOT_OFFERED = Duration.ofDays(1);

    private static final RetrySchedule AFTER_FAILURES = RetrySchedule.of(
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(2), OTHERWISE);

    public Instant afterAnAnswer(Optional<Duration> retryAfter, Instant now) {
        return in(retryAfter.orElse(OTHERWISE), now);
    }

    public Instant afterInvalidAnswer(Instant now) {
        return in(OTHERWISE, now);
    }

    public Instant whereNotOffered(Instant now) {
        return in(WHERE_NOT_OFFERED, now);
    }

    /**
     * @param failures consecutive failures; 1 after the first
     * @param retryAfter the time that the CA demands, if any
     */
    public Instant afterFailures(int failures, Optional<Instant> retryAfter, Instant now) {
        Duration scheduled = AFTER_FAILURES.interval(failures);
        Duration demanded = retryAfter.map(it -> Duration.between(now, it)).orElse(Duration.ZERO);
        return in(demanded.compareTo(scheduled) > 0 ? demanded : scheduled, now);
    }

    private Instant in(Duration pause, Instant now) {
        Duration atLeast = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
        return now.plus(atLeast.compareTo(longest) > 0 ? longest : atLeast);
    }
}
