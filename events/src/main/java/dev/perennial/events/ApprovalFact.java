package dev.perennial.events;

/** A fact about an approval. Its record key is the id of the approval: there may be no certificate yet. */
public sealed interface ApprovalFact extends OrderServiceFact permits ApprovalDecided, ApprovalRequested {
    ApprovalId approvalId();
}
