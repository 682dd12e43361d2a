package dev.perennial.rules.lifecycle;

import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How long to wait before trying again; the last rung repeats.
 *
 * @param spread from 0 to below 1: who waits for the same thing waits up to a quarter longer, each by another share
 */
public record RetrySchedule(List<Duration> rungs, double spread) {
    private static final int LONGEST_SHARE = 4;

    public RetrySchedule(List<Duration> rungs) {
        this(rungs, 0);
    }

    public RetrySchedule {
        rungs = List.copyOf(rungs);
        if (rungs.isEmpty()) {
            throw new IllegalArgumentException("no pause at all is no patience");
        }
    }

    /**
     * What the CA said counts where it is later, and to the moment: the budget gives its tokens out by it.
     *
     * @param failures 1 after the first failure
     */
    Instant next(int failures, Problem problem, Instant now) {
        Instant climbed = next(failures, now);
        return problem.nextAttemptAt().filter(climbed::isBefore).orElse(climbed);
    }

    /** @param steps 1 for the first */
    Instant next(int steps, Instant now) {
        Duration rung = rungs.get(Math.clamp(steps, 1, rungs.size()) - 1);
        return now.plus(rung).plusMillis((long) (rung.toMillis() * spread / LONGEST_SHARE));
    }

    RetrySchedule spread(double share) {
        return new RetrySchedule(rungs, share);
    }
}
