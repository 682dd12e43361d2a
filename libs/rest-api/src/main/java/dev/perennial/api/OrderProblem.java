package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The reason why a step of an order or of a revocation failed.
 *
 * @param code an error code of {@code docs/reference/errors.md}; later versions add codes
 * @param detail the cause in one sentence
 * @param evidence the problem document of the CA, the output of a command, or the like, shortened
 * @param nextAttemptAt absent if there is no automatic retry
 */
public record OrderProblem(String code, String detail, Optional<String> evidence, Optional<Instant> nextAttemptAt) {
    public OrderProblem {
        evidence = Absent.asEmpty(evidence);
        nextAttemptAt = Absent.asEmpty(nextAttemptAt);
    }
}
