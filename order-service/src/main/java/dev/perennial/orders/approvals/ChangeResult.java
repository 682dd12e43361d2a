package dev.perennial.orders.approvals;

import dev.perennial.events.Problem;
import dev.perennial.orders.submission.PendingApproval;

/**
 * The result of a change that may need an approval.
 *
 * @param <T> the result of the change itself
 */
public sealed interface ChangeResult<T> {
    /** The change was made, was refused, or would change nothing. */
    record Applied<T>(T outcome) implements ChangeResult<T> {}

    /** Nothing is changed before the approval. */
    record Waiting<T>(PendingApproval approval) implements ChangeResult<T> {}

    /** It cannot wait. */
    record Refused<T>(Problem problem) implements ChangeResult<T> {}

    static <T> ChangeResult<T> of(ApprovalRequests.Requested requested) {
        return switch (requested) {
            case ApprovalRequests.Requested.Waiting waiting ->
                new Waiting<>(waiting.approval().pending());
            case ApprovalRequests.Requested.Refused refused -> new Refused<>(refused.problem());
        };
    }
}
