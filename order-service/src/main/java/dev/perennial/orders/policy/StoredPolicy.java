package dev.perennial.orders.policy;

import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code policy_revision} without its document.
 *
 * @param principal who made the change
 */
public record StoredPolicy(long revision, Instant at, String principal, Optional<String> traceId) {}
