package dev.perennial.orders.lifecycle;

import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How long to wait before trying again; the last rung repeats. */
public record Ladder(List<Duration> rungs) {
    public Ladder {
        rungs = List.copyOf(rungs);
        if (rungs.isEmpty()) {
            throw new IllegalArgumentException("no pause at all is no patience");
        }
    }

    /** @param failures 1 after the first failure */
    Instant next(int failures, Problem problem, Instant now) {
        int rung = Math.clamp(failures, 1, rungs.size()) - 1;
        Instant climbed = now.plus(rungs.get(rung));
        return problem.nextAttemptAt().filter(climbed::isBefore).orElse(climbed);
    }
}
