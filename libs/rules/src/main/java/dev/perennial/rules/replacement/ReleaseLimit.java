package dev.perennial.rules.replacement;

import java.time.Instant;
import java.util.Optional;

/** The CAs' limits. */
@FunctionalInterface
public interface ReleaseLimit {
    /**
     * Takes the limits that the order needs, or takes none and returns the time of the next attempt.
     *
     * @return empty where the order may be placed now
     */
    Optional<Wait> admit(Candidate candidate, Instant now);

    /**
     * @param until later than now
     * @param reason for example {@code new orders of the account (300 in 3 h)}
     */
    record Wait(Instant until, String reason) {}
}
