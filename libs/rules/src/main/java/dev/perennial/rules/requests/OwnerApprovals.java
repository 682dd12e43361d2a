package dev.perennial.rules.requests;

import dev.perennial.rules.approvals.ApprovalNeed;
import java.util.Optional;

/**
 * The requests of an owner that wait for an approval.
 *
 * @param requests requests for certificates with a new spec
 * @param revocations of certificates of the owner
 */
public record OwnerApprovals(Optional<ApprovalNeed> requests, Optional<ApprovalNeed> revocations) {
    public static final OwnerApprovals NONE = new OwnerApprovals(Optional.empty(), Optional.empty());
}
