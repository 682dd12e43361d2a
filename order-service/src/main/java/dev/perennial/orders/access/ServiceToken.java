package dev.perennial.orders.access;

import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A service token without its secret.
 *
 * @param createdBy the principal
 * @param lastUsedAt exact to a minute
 */
public record ServiceToken(
        String id,
        String name,
        List<Grant> grants,
        String createdBy,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> revokedAt,
        Optional<String> revokedBy,
        Optional<Instant> lastUsedAt) {
    /** The principal of a token is its name with this prefix. */
    static final String PRINCIPAL = "token:";

    public ServiceToken {
        grants = List.copyOf(grants);
    }

    public boolean isUsable(Instant now) {
        return revokedAt.isEmpty() && now.isBefore(expiresAt);
    }

    public Principal principal() {
        return new Principal(PRINCIPAL + name, grants);
    }
}
