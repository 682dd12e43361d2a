package dev.perennial.orders.issuer;

import dev.perennial.events.IssuerSettings;
import java.time.Instant;
import java.util.Optional;

/**
 * An entry of the audit log of an issuer.
 *
 * @param before empty for a new issuer
 * @param after empty for a deleted issuer
 */
public record IssuerChange(
        long revision,
        Instant at,
        ManagedBy changedBy,
        Optional<IssuerSettings> before,
        Optional<IssuerSettings> after,
        Optional<String> traceId) {}
