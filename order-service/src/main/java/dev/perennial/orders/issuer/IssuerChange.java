package dev.perennial.orders.issuer;

import dev.perennial.events.IssuerSettings;
import java.time.Instant;
import java.util.Optional;

/**
 * One line of the audit.
 *
 * @param before empty for a new issuer
 * @param after empty for one that was deleted
 */
public record IssuerChange(
        long revision,
        Instant at,
        ManagedBy changedBy,
        Optional<IssuerSettings> before,
        Optional<IssuerSettings> after,
        Optional<String> traceId) {}
