package dev.perennial.api;

/** The state of an approval. */
public enum ApprovalStatus {
    WAITING,
    APPROVED,
    REJECTED,
    EXPIRED,
    WITHDRAWN
}
