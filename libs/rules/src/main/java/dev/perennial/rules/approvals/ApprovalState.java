package dev.perennial.rules.approvals;

/** The state of an approval. Every state but the first is final. */
public enum ApprovalState {
    /** The request has no effect yet. */
    WAITING,
    /** The request had its effect in the same transaction. */
    APPROVED,
    REJECTED,
    EXPIRED,
    /** By the requester. */
    WITHDRAWN
}
