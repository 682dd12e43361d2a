package dev.perennial.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A host that runs an agent, or did before it was removed.
 *
 * @param registeredBy the principal
 */
public record HostSummary(
        String name,
        Map<String, String> labels,
        String registeredBy,
        Instant registeredAt,
        Optional<Instant> removedAt,
        Optional<String> removedBy) {
    public HostSummary {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        removedAt = Absent.asEmpty(removedAt);
        removedBy = Absent.asEmpty(removedBy);
    }
}
