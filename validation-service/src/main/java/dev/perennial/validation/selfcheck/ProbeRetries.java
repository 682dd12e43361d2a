package dev.perennial.validation.selfcheck;

import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Looks again until all is well, with pauses that double.
 *
 * @param first pause
 * @param longest pause
 */
public record ProbeRetries(Duration first, Duration longest, InstantSource clock) {
    /**
     * Blocks.
     *
     * @param limit after which no further look begins
     * @param look given its number, from 1
     * @return what was wrong at the last look; empty as soon as all is well
     */
    public Optional<Problem> until(Duration limit, IntFunction<Optional<Problem>> look) {
        Instant giveUp = clock.instant().plus(limit);
        Duration pause = first;
        for (int number = 1; ; number++) {
            Optional<Problem> problem = look.apply(number);
            if (problem.isEmpty() || !clock.instant().plus(pause).isBefore(giveUp) || !slept(pause)) {
                return problem;
            }
            Duration next = pause.multipliedBy(2);
            pause = next.compareTo(longest) > 0 ? longest : next;
        }
    }

    private static boolean slept(Duration pause) {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
