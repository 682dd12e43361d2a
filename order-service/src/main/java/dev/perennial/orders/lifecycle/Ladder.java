package dev.perennial.orders.lifecycle;

import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How long to wait before trying again; the last rung repeats. */
record Ladder(List<Duration> rungs) {
    /** A new ACME order after one that came to nothing: CAs limit failed validations per hour and per name. */
    static final Ladder ATTEMPTS = new Ladder(
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(100), Duration.ofDays(1)));

    /** The CA could not be asked at all: nothing was spent, so an outage of seconds costs seconds. */
    static final Ladder POSTPONEMENTS = new Ladder(List.of(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30),
            Duration.ofMinutes(1),
            Duration.ofMinutes(2),
            Duration.ofMinutes(5)));

    /** @param failures 1 after the first failure */
    Instant next(int failures, Problem problem, Instant now) {
        int rung = Math.clamp(failures, 1, rungs.size()) - 1;
        Instant climbed = now.plus(rungs.get(rung));
        return problem.nextAttemptAt().filter(climbed::isBefore).orElse(climbed);
    }
}
