package dev.perennial.api;

import java.util.Optional;

/**
 * The requests of an owner that wait for an approval; an absent field requires none.
 *
 * @param requests requests for certificates with a new specification
 * @param revocations of certificates of the owner
 */
public record OwnerApprovalsDetail(Optional<ApprovalRule> requests, Optional<ApprovalRule> revocations) {
    /**
     * The approval that a request needs.
     *
     * @param role approver or admin
     * @param expiresAfter the time for the decision, for example 30m, 8h or 2d, at most 14d; absent: 2d
     */
    public record ApprovalRule(String role, Optional<String> expiresAfter) {
        public ApprovalRule {
            expiresAfter = Absent.asEmpty(expiresAfter);
        }
    }

    public OwnerApprovalsDetail {
        requests = Absent.asEmpty(requests);
        revocations = Absent.asEmpty(revocations);
    }
}
