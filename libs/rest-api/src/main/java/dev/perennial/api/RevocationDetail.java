package dev.perennial.api;

import dev.perennial.events.RevocationReason;
import java.time.Instant;
import java.util.Optional;

/**
 * A request to revoke an X.509 certificate.
 *
 * @param retired whether the certificate is no longer renewed
 * @param dueAt the time of the next step; absent at the end
 * @param revokeBy how long the revocation waits for a replacement; absent if there is no limit
 * @param problem why the certificate is not revoked
 */
public record RevocationDetail(
        RevocationState state,
        RevocationReason reason,
        Optional<String> comment,
        boolean retired,
        Optional<Instant> dueAt,
        Optional<Instant> revokeBy,
        Optional<OrderProblem> problem,
        Instant requestedAt,
        Instant updatedAt) {
    public RevocationDetail {
        comment = Absent.asEmpty(comment);
        dueAt = Absent.asEmpty(dueAt);
        revokeBy = Absent.asEmpty(revokeBy);
        problem = Absent.asEmpty(problem);
    }
}
