package dev.perennial.orders.issuer.limits;

import dev.perennial.events.Problem;
import dev.perennial.rules.limits.Quarantine;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code failing_name}.
 *
 * @param failures in a row
 * @param quarantinedUntil empty below the threshold; in the past if one order may try now
 * @param problem the last
 * @param failedByCa whether one of the failures was the CA's, not only the self-check's
 */
public record FailingName(
        String issuer,
        String name,
        int failures,
        Instant failedAt,
        Optional<Instant> quarantinedUntil,
        Problem problem,
        boolean failedByCa) {
    /** As it is read: the clock with which it was stored may have been ahead. */
    FailingName bounded(Quarantine quarantine, Instant now) {
        return new FailingName(
                issuer,
                name,
                failures,
                failedAt,
                quarantinedUntil.map(it -> quarantine.end(it, now)),
                problem,
                failedByCa);
    }
}
