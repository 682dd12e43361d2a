package dev.perennial.rules.requests;

import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalNeed;
import java.time.Duration;
import java.util.Optional;

/**
 * The requests of an owner that wait for an approval.
 *
 * @param requests requests for certificates with a new spec
 * @param revocations of certificates of the owner
 */
public record OwnerApprovals(Optional<ApprovalNeed> requests, Optional<ApprovalNeed> revocations) {
    public static final OwnerApprovals NONE = new OwnerApprovals(Optional.empty(), Optional.empty());

    /** Of a policy that cannot be read, and may contain any of them. It refuses requests for certificates anyway. */
    static final OwnerApprovals UNREADABLE = new OwnerApprovals(
            Optional.empty(),
            Optional.of(new ApprovalNeed(Role.ADMIN, Duration.ofDays(2), "the policy cannot be read")));
}
