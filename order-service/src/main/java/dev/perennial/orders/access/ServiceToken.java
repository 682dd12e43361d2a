package dev.perennial.orders.access;

import dev.perennial.events.ApprovalId;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A service token without its secret.
 *
 * @param createdBy the principal
 * @param approval that a second person gives before the token counts; absent if it needs none
 * @param activatedAt absent if it waits for the approval, or has never had it
 * @param lastUsedAt exact to a minute
 */
public record ServiceToken(
        String id,
        String name,
        List<Grant> grants,
        String createdBy,
        Instant createdAt,
        Instant expiresAt,
        Optional<ApprovalId> approval,
        Optional<Instant> activatedAt,
        Optional<Instant> revokedAt,
        Optional<String> revokedBy,
        Optional<Instant> lastUsedAt) {
    /** The principal of a token is its name with this prefix. */
    static final String PRINCIPAL = "token:";

    /** The state of a token. */
    public enum State {
        /** For an approval. */
        WAITING,
        USABLE,
        EXPIRED,
        REVOKED
    }

    public ServiceToken {
        grants = List.copyOf(grants);
    }

    public boolean isUsable(Instant now) {
        return state(now) == State.USABLE;
    }

    public State state(Instant now) {
        if (revokedAt.isPresent()) {
            return State.REVOKED;
        }
        if (!now.isBefore(expiresAt)) {
            return State.EXPIRED;
        }
        return activatedAt.isEmpty() ? State.WAITING : State.USABLE;
    }

    public ServiceToken waitingFor(ApprovalId id) {
        return new ServiceToken(
                this.id,
                name,
                grants,
                createdBy,
                createdAt,
                expiresAt,
                Optional.of(id),
                activatedAt,
                revokedAt,
                revokedBy,
                lastUsedAt);
    }

    public Principal principal() {
        return new Principal(PRINCIPAL + name, grants);
    }
}
