package dev.perennial.rules.failover;

import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.StoredWait;
import java.time.Duration;
import java.time.Instant;

/**
 * Consecutive failures of one step at a CA. Pure.
 *
 * @param since the first of these failures
 * @param lastAt the latest failure
 * @param probes orders that have tested since then whether the CA is available again
 * @param probeAt when the next probe is allowed
 * @param problem the latest problem
 */
public record FailureStreak(
        CaStep step, Instant since, Instant lastAt, int failures, int probes, Instant probeAt, Problem problem) {
    /** One or two lost requests are not an outage. */
    static final int TOLERATED_FAILURES = 2;

    /** Failures with a longer gap belong to separate outages. */
    static final Duration LONGEST_GAP = Duration.ofMinutes(15);

    public static FailureStreak first(CaStep step, Problem problem, Instant now) {
        return new FailureStreak(step, now, now, 1, 0, now, problem);
    }

    /** As it is read: the clock with which it was stored may have been ahead. */
    public FailureStreak bounded(FailoverPolicy policy, Instant now) {
        return new FailureStreak(
                step,
                StoredWait.past(since, now),
                StoredWait.past(lastAt, now),
                failures,
                probes,
                StoredWait.end(probeAt, policy.probes().interval(Math.max(1, probes)), now),
                problem);
    }

    public FailureStreak again(Problem why, Instant now) {
        return isOver(now)
                ? first(step, why, now)
                : new FailureStreak(step, since, now, failures + 1, probes, probeAt, why);
    }

    /**
     * Whether orders should go to a fallback. An issuer that nothing has asked since its last failure and its last probe
     * may be available again: a fallback gets no probes.
     */
    public boolean isDown(FailoverPolicy policy, Instant now) {
        return failures > TOLERATED_FAILURES && !now.isBefore(since.plus(policy.after())) && !isOver(now);
    }

    private boolean isOver(Instant now) {
        return now.isAfter(lastAt.plus(LONGEST_GAP)) && now.isAfter(probeAt.plus(LONGEST_GAP));
    }

    /** A copy that allows no probe yet. */
    public FailureStreak unprobed(FailoverPolicy policy, Instant now) {
        return new FailureStreak(
                step, since, lastAt, failures, probes, policy.probes().next(Math.max(1, probes), now), problem);
    }

    FailureStreak probed(FailoverPolicy policy, Instant now) {
        return new FailureStreak(
                step, since, lastAt, failures, probes + 1, policy.probes().next(probes + 1, now), problem);
    }
}
