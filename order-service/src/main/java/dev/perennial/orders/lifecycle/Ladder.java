package dev.perennial.orders.lifecycle;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** How long to wait before trying again; the last rung repeats. */
record Ladder(List<Duration> rungs) {
    /** A new ACME order after one that came to nothing: CAs ask for as much patience. */
    static final Ladder ATTEMPTS = new Ladder(
            List.of(Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(100), Duration.ofDays(1)));

    /**
     * A new ACME order after a proof that was not seen. Where the CA failed it, our own look had found it seconds before, so most often
     * something was away for a moment (a responder that restarts), which a quick second try finds out at the price of one more failure:
     * four within the first hour, where Let's Encrypt takes five per name and hour. Where our own look failed, the CA was not even asked.
     */
    static final Ladder PROOFS = new Ladder(List.of(
            Duration.ofSeconds(10),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(100),
            Duration.ofDays(1)));

    private static final Set<ErrorCode> UNSEEN = EnumSet.of(ErrorCode.SELF_CHECK_FAILED, ErrorCode.CHALLENGE_FAILED);

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

    /** How a new attempt is waited for after one that ended with the problem. */
    static Ladder after(Problem problem) {
        return UNSEEN.contains(problem.code()) ? PROOFS : ATTEMPTS;
    }

    /** @param failures 1 after the first failure */
    Instant next(int failures, Problem problem, Instant now) {
        int rung = Math.clamp(failures, 1, rungs.size()) - 1;
        Instant climbed = now.plus(rungs.get(rung));
        return problem.nextAttemptAt().filter(climbed::isBefore).orElse(climbed);
    }
}
