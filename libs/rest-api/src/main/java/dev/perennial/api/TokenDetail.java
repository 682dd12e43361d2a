package dev.perennial.api;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A service token without its secret.
 *
 * @param createdBy the principal
 * @param lastUsedAt exact to a minute
 */
public record TokenDetail(
        String id,
        String name,
        List<GrantDetail> grants,
        String createdBy,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> revokedAt,
        Optional<String> revokedBy,
        Optional<Instant> lastUsedAt) {
    public TokenDetail {
        grants = List.copyOf(grants);
        revokedAt = Absent.asEmpty(revokedAt);
        revokedBy = Absent.asEmpty(revokedBy);
        lastUsedAt = Absent.asEmpty(lastUsedAt);
    }
}
