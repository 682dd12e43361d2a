package dev.perennial.rules.replacement;

import java.time.Instant;
import java.util.Optional;

/** Limits the release of items to the rate limits of the CAs. */
@FunctionalInterface
public interface ReleaseLimit {
    /**
     * Takes the tokens that the order needs, or none.
     *
     * @return empty if the order may be placed now, otherwise the time of the next attempt
     */
    Optional<Wait> admit(Candidate candidate, Instant now);

    /**
     * @param until later than now
     * @param reason for example {@code new orders of the account (300 in 3 h)}
     */
    record Wait(Instant until, String reason) {}
}
