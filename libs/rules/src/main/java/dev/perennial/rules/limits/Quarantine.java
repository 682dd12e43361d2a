package dev.perennial.rules.limits;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When a name that keeps failing is left alone.
 *
 * @param after failures in a row
 * @param hold how long after the last failure nobody tries
 */
public record Quarantine(int after, Duration hold) {
    public Quarantine {
        if (after < 1 || hold.isNegative() || hold.isZero()) {
            throw new IllegalArgumentException("a quarantine of " + hold + " after " + after + " failures is none");
        }
    }

    /** @param failures in a row, the last of them {@code at} */
    public Optional<Instant> until(int failures, Instant at) {
        return failures >= after ? Optional.of(at.plus(hold)) : Optional.empty();
    }
}
