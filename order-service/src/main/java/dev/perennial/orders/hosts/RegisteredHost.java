package dev.perennial.orders.hosts;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A host that runs an agent, or did before it was removed.
 *
 * @param registeredBy the principal
 * @param removedAt a removed host can be no target, and none of its keys is usable
 */
public record RegisteredHost(
        String name,
        Map<String, String> labels,
        String registeredBy,
        Instant registeredAt,
        Optional<Instant> removedAt,
        Optional<String> removedBy) {
    public RegisteredHost {
        labels = Map.copyOf(labels);
    }

    public boolean isRemoved() {
        return removedAt.isPresent();
    }
}
