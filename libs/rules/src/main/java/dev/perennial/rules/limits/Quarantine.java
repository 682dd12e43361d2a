package dev.perennial.rules.limits;

import dev.perennial.rules.lifecycle.StoredWait;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The quarantine of names that fail repeatedly.
 *
 * @param after failures in a row
 * @param hold time after the last failure without a new attempt
 */
public record Quarantine(int after, Duration hold) {
    public Quarantine {
        if (after < 1 || hold.isNegative() || hold.isZero()) {
            throw new IllegalArgumentException(
                    "a quarantine of " + hold + " after " + after + " failures has no effect");
        }
    }

    /**
     * @param failures in a row
     * @param at the time of the last failure
     */
    public Optional<Instant> until(int failures, Instant at) {
        return failures >= after ? Optional.of(at.plus(hold)) : Optional.empty();
    }

    /** The stored end of a quarantine. */
    public Instant end(Instant stored, Instant now) {
        return StoredWait.end(stored, hold, now);
    }
}
