package dev.perennial.rules.failover;

import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;

/**
 * A step that a CA has failed, order after order, without doing it once in between. Pure.
 *
 * @param since the first of these failures
 * @param lastAt the last one
 * @param probes how many orders were sent there since to see whether it is back
 * @param probeAt when the next one may be
 * @param problem the last
 */
public record FailureStreak(
        CaStep step, Instant since, Instant lastAt, int failures, int probes, Instant probeAt, Problem problem) {
    /** One or two lost requests are no outage. */
    static final int FEW = 2;

    /** Failures further apart than this are two stories. */
    static final Duration SILENCE = Duration.ofMinutes(15);

    public static FailureStreak first(CaStep step, Problem problem, Instant now) {
        return new FailureStreak(step, now, now, 1, 0, now, problem);
    }

    public FailureStreak again(Problem why, Instant now) {
        return now.isAfter(lastAt.plus(SILENCE)) && now.isAfter(probeAt.plus(SILENCE))
                ? first(step, why, now)
                : new FailureStreak(step, since, now, failures + 1, probes, probeAt, why);
    }

    /** Whether orders should go elsewhere. */
    public boolean isDown(FailoverPolicy tolerance, Instant now) {
        return failures > FEW && !now.isBefore(since.plus(tolerance.after()));
    }

    FailureStreak probed(FailoverPolicy tolerance, Instant now) {
        return new FailureStreak(
                step, since, lastAt, failures, probes + 1, now.plus(tolerance.pause(probes + 1)), problem);
    }
}
