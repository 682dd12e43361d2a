package dev.perennial.api;

import dev.perennial.events.IssuerSettings;
import java.time.Instant;

/**
 * An issuer.
 *
 * @param revision for the header If-Match
 */
public record IssuerDetail(
        String name,
        long revision,
        IssuerSource managedBy,
        Instant createdAt,
        Instant updatedAt,
        IssuerSettings settings) {}
