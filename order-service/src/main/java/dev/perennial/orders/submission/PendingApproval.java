package dev.perennial.orders.submission;

import dev.perennial.events.ApprovalId;
import dev.perennial.rules.access.Role;
import java.time.Instant;

/**
 * The approval for which a request waits.
 *
 * @param role that decides
 * @param expiresAt the end of the time for the decision
 */
public record PendingApproval(ApprovalId id, Role role, Instant expiresAt) {
    /** For people. */
    public String text() {
        return "waits for approval by role " + role.wireName() + " until " + expiresAt;
    }
}
