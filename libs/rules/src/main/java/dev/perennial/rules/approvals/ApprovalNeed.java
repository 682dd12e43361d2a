package dev.perennial.rules.approvals;

import dev.perennial.rules.access.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The approval that a request needs.
 *
 * @param role that decides; an admin also may
 * @param expiresAfter the time for the decision
 * @param rule the path of the rule in the policy, or the configuration key
 */
public record ApprovalNeed(Role role, Duration expiresAfter, String rule) {
    /** @throws IllegalArgumentException for a role that may not decide */
    public ApprovalNeed {
        if (!ApprovalRules.DECIDING.contains(role)) {
            throw new IllegalArgumentException("the role " + role.wireName() + " decides about no request");
        }
    }

    /** One approval that satisfies every need: with the strictest role, and the shortest time. */
    public static Optional<ApprovalNeed> all(Stream<ApprovalNeed> needs) {
        return needs.reduce(ApprovalNeed::and);
    }

    private ApprovalNeed and(ApprovalNeed other) {
        return new ApprovalNeed(
                role == Role.ADMIN ? role : other.role,
                expiresAfter.compareTo(other.expiresAfter) <= 0 ? expiresAfter : other.expiresAfter,
                rule.equals(other.rule) ? rule : rule + " and " + other.rule);
    }
}
