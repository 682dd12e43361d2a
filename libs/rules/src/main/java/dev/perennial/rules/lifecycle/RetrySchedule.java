package dev.perennial.rules.lifecycle;

import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The intervals between retries: one interval after each failure; the last one repeats. For waits that are stored and
 * may take days. Waits that hold a thread (Retry, ProbeRetries, OrderPoller) double from a first to a longest pause
 * until a time limit instead.
 *
 * @param jitter from 0 to below 1: lengthens each interval by up to a quarter, so that orders that failed
 *     together do not retry together
 */
public record RetrySchedule(List<Duration> intervals, double jitter) {
    private static final int JITTER_PART = 4;

    public RetrySchedule(List<Duration> intervals) {
        this(intervals, 0);
    }

    public RetrySchedule {
        intervals = List.copyOf(intervals);
        if (intervals.isEmpty()) {
            throw new IllegalArgumentException("a retry schedule needs at least one interval");
        }
    }

    public static RetrySchedule of(Duration... intervals) {
        return new RetrySchedule(List.of(intervals));
    }

    /** @param failures 1 after the first failure */
    public Duration interval(int failures) {
        Duration interval = intervals.get(Math.clamp(failures, 1, intervals.size()) - 1);
        return interval.plusMillis((long) (interval.toMillis() * jitter / JITTER_PART));
    }

    /** @param failures 1 after the first failure */
    public Instant next(int failures, Instant now) {
        return now.plus(interval(failures));
    }

    /**
     * As {@link #next(int, Instant)}, or the time that the problem gives if that is later. It is exact, because the
     * rate limit budget releases its tokens at that instant.
     *
     * @param failures 1 after the first failure
     */
    public Instant next(int failures, Problem problem, Instant now) {
        Instant next = next(failures, now);
        return problem.nextAttemptAt().filter(next::isBefore).orElse(next);
    }

    RetrySchedule withJitter(double share) {
        return new RetrySchedule(intervals, share);
    }
}
