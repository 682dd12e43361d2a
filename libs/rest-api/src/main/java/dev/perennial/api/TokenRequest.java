package dev.perennial.api;

import java.time.Instant;
import java.util.List;

/**
 * The request to create a service token.
 *
 * @param name the principal is {@code token:<name>}
 */
public record TokenRequest(String name, List<GrantDetail> grants, Instant expiresAt) {
    public TokenRequest {
        grants = grants == null ? List.of() : List.copyOf(grants);
    }
}
