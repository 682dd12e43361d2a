package dev.perennial.orders.issuer;

import dev.perennial.events.IssuerSettings;
import java.time.Instant;

/** @param revision grows with every change and is never reused */
public record StoredIssuer(
        IssuerSettings settings, ManagedBy managedBy, long revision, Instant createdAt, Instant updatedAt) {}
