package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The reason why a due order has not been placed yet. It is not a failure.
 *
 * @param until the time of the next check
 * @param code {@code waiting-for-budget}, {@code name-quarantined} or {@code waiting-for-capacity}
 */
public record Waiting(Instant until, String code, String reason, Optional<String> evidence) {
    public Waiting {
        evidence = Absent.asEmpty(evidence);
    }
}
