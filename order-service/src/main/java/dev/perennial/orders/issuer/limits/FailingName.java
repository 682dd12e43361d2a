package dev.perennial.orders.issuer.limits;

import dev.perennial.events.Problem;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code failing_name}.
 *
 * @param failures in a row
 * @param quarantinedUntil empty where it has not failed often enough; a moment of the past where somebody may try now
 * @param problem the last
 */
public record FailingName(
        String issuer,
        String name,
        int failures,
        Instant failedAt,
        Optional<Instant> quarantinedUntil,
        Problem problem) {}
