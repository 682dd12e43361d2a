package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import java.time.Duration;

/**
 * A presented response as a lease: the replica that uses the response extends it, and after its end any replica
 * withdraws the response. Pure. Every time is the elapsed time of this replica, because a wall clock can be wrong by
 * hours, and an early end would withdraw a response that another replica uses.
 *
 * @param length from the arrival of the record
 * @param due time of the next step
 * @param ended whether the end was found, and only the delay remains
 * @param failures of the withdrawal
 * @param refusals those of them that a retry does not solve unless someone changes the configuration
 */
public record ChallengeLease(
        ChallengePresented presented,
        Duration length,
        Duration arrived,
        Duration due,
        boolean ended,
        int failures,
        int refusals) {
    /** The longest delay of a replica after the end of a lease. */
    static final Duration SPREAD = Duration.ofSeconds(5);

    private static final Duration INITIAL_BACKOFF = Duration.ofSeconds(1);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(30);
    private static final int MAX_DOUBLINGS = 5;
    private static final int MAX_REFUSALS = 10;

    static ChallengeLease begin(ChallengePresented presented, Duration length, Duration now) {
        return new ChallengeLease(presented, length, now, now.plus(length.dividedBy(2)), false, 0, 0);
    }

    /** The step that is due. */
    public sealed interface Step {}

    /** The response is in use: publish it again. */
    public record Extend(ChallengeLease next) implements Step {}

    public record Wait(ChallengeLease next) implements Step {}

    public record Withdraw() implements Step {}

    /**
     * Between the end and the withdrawal is a random delay. The replicas therefore do not withdraw at the same moment,
     * and a replica that was suspended first receives the records that were published in the meantime.
     *
     * @param used whether a delivery of this replica uses the response
     * @param random from 0 to 1
     */
    public Step step(boolean used, Duration now, double random) {
        if (used) {
            return new Extend(dueAt(now.plus(length.dividedBy(2)), false));
        }
        Duration end = arrived.plus(length);
        if (now.compareTo(end) < 0) {
            return new Wait(dueAt(end, false));
        }
        return ended ? new Withdraw() : new Wait(dueAt(now.plus(part(SPREAD, (1 + random) / 2)), true));
    }

    /** The next attempt, after a growing and random interval. */
    public ChallengeLease afterFailure(boolean refused, Duration now, double random) {
        Duration backoff = INITIAL_BACKOFF.multipliedBy(1L << Math.min(failures, MAX_DOUBLINGS));
        Duration interval = backoff.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : backoff;
        return new ChallengeLease(
                presented,
                length,
                arrived,
                now.plus(part(interval, (1 + random) / 2)),
                ended,
                failures == Integer.MAX_VALUE ? failures : failures + 1,
                refused ? refusals + 1 : refusals);
    }

    /** Whether the removal was refused so often that the response remains. */
    public boolean isRefused() {
        return refusals >= MAX_REFUSALS;
    }

    private ChallengeLease dueAt(Duration time, boolean end) {
        return new ChallengeLease(presented, length, arrived, time, end, failures, refusals);
    }

    private static Duration part(Duration whole, double part) {
        return Duration.ofMillis((long) (whole.toMillis() * part));
    }
}
