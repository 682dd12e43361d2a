package dev.perennial.api;

import dev.perennial.events.ApprovalId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A service token without its secret.
 *
 * @param createdBy the principal
 * @param approval that a second person gives, or gave, before the token counts
 * @param activatedAt the time since which it counts
 * @param lastUsedAt exact to a minute
 */
public record TokenDetail(
        String id,
        String name,
        TokenStatus state,
        List<GrantDetail> grants,
        String createdBy,
        Instant createdAt,
        Instant expiresAt,
        Optional<ApprovalId> approval,
        Optional<Instant> activatedAt,
        Optional<Instant> revokedAt,
        Optional<String> revokedBy,
        Optional<Instant> lastUsedAt) {
    public TokenDetail {
        grants = List.copyOf(grants);
        approval = Absent.asEmpty(approval);
        activatedAt = Absent.asEmpty(activatedAt);
        revokedAt = Absent.asEmpty(revokedAt);
        revokedBy = Absent.asEmpty(revokedBy);
        lastUsedAt = Absent.asEmpty(lastUsedAt);
    }
}
