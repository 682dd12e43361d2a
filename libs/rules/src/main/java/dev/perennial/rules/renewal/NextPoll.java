package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a CA is asked again about a certificate (RFC 9773 section 4.3).
 *
 * @param longest between two questions, whatever the CA says
 */
public record NextPoll(Duration longest) {
    /** Section 4.3.2: "values under one minute could be treated as if they were one minute". */
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    /** Section 4.3.3, after an answer that cannot be used or says nothing about it. */
    private static final Duration OTHERWISE = Duration.ofHours(6);

    /** A CA may learn it. */
    private static final Duration WHERE_NOT_OFFERED = Duration.ofDays(1);

    private static final RetrySchedule AFTER_FAILURES = RetrySchedule.of(
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofHours(2), OTHERWISE);

    public Instant afterAnAnswer(Optional<Duration> retryAfter, Instant now) {
        return in(retryAfter.orElse(OTHERWISE), now);
    }

    public Instant afterNonsense(Instant now) {
        return in(OTHERWISE, now);
    }

    public Instant whereNotOffered(Instant now) {
        return in(WHERE_NOT_OFFERED, now);
    }

    /**
     * @param failures in a row, 1 after the first
     * @param named the moment that the CA names, where it does
     */
    public Instant afterFailures(int failures, Optional<Instant> named, Instant now) {
        Duration scheduled = AFTER_FAILURES.interval(failures);
        Duration wanted = named.map(it -> Duration.between(now, it)).orElse(Duration.ZERO);
        return in(wanted.compareTo(scheduled) > 0 ? wanted : scheduled, now);
    }

    private Instant in(Duration pause, Instant now) {
        Duration atLeast = pause.compareTo(SHORTEST) < 0 ? SHORTEST : pause;
        return now.plus(atLeast.compareTo(longest) > 0 ? longest : atLeast);
    }
}
