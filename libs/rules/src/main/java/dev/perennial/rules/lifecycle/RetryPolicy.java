package dev.perennial.rules.lifecycle;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * The intervals between attempts.
 *
 * @param attempts before a new ACME order after a failed one
 * @param proofs the same after a failed validation
 * @param postponements before the next request to a CA that was unavailable, also for an ACME order that is resumed
 * @param deployments before the next reminder to hosts that do not serve the certificate
 */
public record RetryPolicy(
        RetrySchedule attempts, RetrySchedule proofs, RetrySchedule postponements, RetrySchedule deployments) {
    /** Intervals of the size that CAs recommend. */
    public static final RetrySchedule ATTEMPTS = RetrySchedule.of(
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(100), Duration.ofDays(1));

    /**
     * If the CA failed a proof, the self-check had passed seconds before. The usual cause is a short outage (a
     * responder that restarts). An early retry detects this at the cost of one more failure: four within the first
     * hour, where Let's Encrypt allows five per name and hour. If the self-check failed, the CA was not involved.
     */
    public static final RetrySchedule PROOFS = RetrySchedule.of(
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(100),
            Duration.ofDays(1));

    /**
     * An unavailable CA consumes no rate limit, so the intervals are short: an outage of seconds delays an order by
     * seconds.
     */
    public static final RetrySchedule POSTPONEMENTS = RetrySchedule.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5));

    /**
     * Agents retry on their own. A reminder is for agents that missed the fact, and raises an alarm for operators.
     */
    public static final RetrySchedule DEPLOYMENTS =
            RetrySchedule.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1));

    public static final RetryPolicy DEFAULT = new RetryPolicy(ATTEMPTS, PROOFS, POSTPONEMENTS, DEPLOYMENTS);

    /** Other problems of a resumed order, a defect for example, each raise an alarm. */
    private static final Set<ErrorCode> OUTAGE = EnumSet.of(
            ErrorCode.CA_UNAVAILABLE,
            ErrorCode.CA_RATE_LIMITED,
            ErrorCode.VAULT_UNAVAILABLE,
            ErrorCode.DNS_UNAVAILABLE,
            ErrorCode.STEP_TIMED_OUT);

    private static final Set<ErrorCode> FAILED_PROOF =
            EnumSet.of(ErrorCode.SELF_CHECK_FAILED, ErrorCode.CHALLENGE_FAILED);

    /** A copy with the jitter of one order. */
    RetryPolicy withJitter(double share) {
        return new RetryPolicy(
                attempts.withJitter(share),
                proofs.withJitter(share),
                postponements.withJitter(share),
                deployments.withJitter(share));
    }

    /** The schedule for the next resumption of the same ACME order after this problem. */
    RetrySchedule resumptions(Problem problem) {
        return OUTAGE.contains(problem.code()) ? postponements : attempts;
    }

    /** The schedule for the next attempt after this problem. */
    RetrySchedule after(Problem problem) {
        return FAILED_PROOF.contains(problem.code()) ? proofs : attempts;
    }
}
