package dev.perennial.rules.lifecycle;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * How long an order waits before it is tried again.
 *
 * @param attempts before a new ACME order after one that came to nothing
 * @param proofs the same after a proof that was not seen
 * @param postponements where the CA could not be asked at all
 * @param deployments before hosts that do not serve it are told again
 */
public record RetryPolicy(
        RetrySchedule attempts, RetrySchedule proofs, RetrySchedule postponements, RetrySchedule deployments) {
    /** CAs ask for as much patience. */
    public static final RetrySchedule ATTEMPTS = new RetrySchedule(
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(100), Duration.ofDays(1)));

    /**
     * Where the CA failed a proof, our own look had found it seconds before, so most often something was away for a moment (a
     * responder that restarts), which a quick second try finds out at the price of one more failure: four within the first hour,
     * where Let's Encrypt takes five per name and hour. Where our own look failed, the CA was not even asked.
     */
    public static final RetrySchedule PROOFS = new RetrySchedule(List.of(
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(100),
            Duration.ofDays(1)));

    /** Nothing was spent, so an outage of seconds costs seconds. */
    public static final RetrySchedule POSTPONEMENTS = new RetrySchedule(List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5)));

    /** Agents try by themselves, so this is for those that heard nothing, and for people: the first is when it is worth a look. */
    public static final RetrySchedule DEPLOYMENTS = new RetrySchedule(
            List.of(Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofHours(6), Duration.ofDays(1)));

    public static final RetryPolicy DEFAULT = new RetryPolicy(ATTEMPTS, PROOFS, POSTPONEMENTS, DEPLOYMENTS);

    private static final Set<ErrorCode> UNSEEN = EnumSet.of(ErrorCode.SELF_CHECK_FAILED, ErrorCode.CHALLENGE_FAILED);

    /** The same for one order among many: they failed together, and are not to come back together. */
    RetryPolicy spread(double share) {
        return new RetryPolicy(
                attempts.spread(share), proofs.spread(share), postponements.spread(share), deployments.spread(share));
    }

    /** How a new attempt is waited for after one that ended with the problem. */
    RetrySchedule after(Problem problem) {
        return UNSEEN.contains(problem.code()) ? proofs : attempts;
    }
}
