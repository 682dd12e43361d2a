package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A key with which a host signs its reports.
 *
 * @param id its thumbprint (RFC 7638)
 * @param registeredBy the principal
 */
public record HostKeyDetail(
        String id,
        String host,
        String registeredBy,
        Instant registeredAt,
        Optional<Instant> revokedAt,
        Optional<String> revokedBy) {
    public HostKeyDetail {
        revokedAt = Absent.asEmpty(revokedAt);
        revokedBy = Absent.asEmpty(revokedBy);
    }
}
