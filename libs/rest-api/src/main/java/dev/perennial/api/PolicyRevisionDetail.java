package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * One change of the policy.
 *
 * @param changedBy the principal
 */
public record PolicyRevisionDetail(long revision, Instant at, String changedBy, Optional<String> traceId) {
    public PolicyRevisionDetail {
        traceId = Absent.asEmpty(traceId);
    }
}
