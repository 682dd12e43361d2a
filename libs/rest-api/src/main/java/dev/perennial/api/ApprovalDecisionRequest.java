package dev.perennial.api;

import java.util.Optional;

/** @param comment recorded with the decision, at most 500 characters; never a secret */
public record ApprovalDecisionRequest(Optional<String> comment) {
    public ApprovalDecisionRequest {
        comment = Absent.asEmpty(comment);
    }
}
