package dev.perennial.validation.selfcheck;

import dev.perennial.events.Problem;
import dev.perennial.validation.challenges.NoAnswerException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Repeats a check until it succeeds, with exponential backoff.
 *
 * @param initial initial backoff
 * @param max max backoff
 */
public record ProbeRetries(Duration initial, Duration max) {
    /**
     * Blocks.
     *
     * @param timeout no attempt starts after it
     * @param check receives the number of the attempt, from 1
     * @return the problem of the last attempt; empty if an attempt succeeded
     * @throws NoAnswerException of the last attempt
     */
    public Optional<Problem> until(Duration timeout, IntFunction<Optional<Problem>> check) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Duration backoff = initial;
        for (int number = 1; ; number++) {
            try {
                Optional<Problem> problem = check.apply(number);
                if (problem.isEmpty() || isLast(deadline, backoff)) {
                    return problem;
                }
            } catch (NoAnswerException e) {
                if (isLast(deadline, backoff)) {
                    throw e;
                }
            }
            Duration next = backoff.multipliedBy(2);
            backoff = next.compareTo(max) > 0 ? max : next;
        }
    }

    /** Sleeps before the next attempt. */
    private static boolean isLast(long deadline, Duration backoff) {
        return backoff.toNanos() >= deadline - System.nanoTime() || !slept(backoff);
    }

    private static boolean slept(Duration backoff) {
        try {
            Thread.sleep(backoff);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
