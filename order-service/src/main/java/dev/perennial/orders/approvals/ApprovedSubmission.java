package dev.perennial.orders.approvals;

import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.orders.submission.SubmissionProcessor;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.orders.submission.WaitingSubmission;
import dev.perennial.rules.access.Action;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * An approved request of a kind that has submissions.
 *
 * @param <T> the request
 * @param <A> the answer
 */
public abstract class ApprovedSubmission<T, A> implements ApprovedAction {
    private final Action action;
    private final Class<T> type;
    private final SubmissionHandler handler;
    private final SubmissionProcessor<T, A> processor;

    protected ApprovedSubmission(
            Action action, Class<T> type, SubmissionHandler handler, SubmissionProcessor<T, A> processor) {
        this.action = action;
        this.type = type;
        this.handler = handler;
        this.processor = processor;
    }

    @Override
    public Action action() {
        return action;
    }

    @Override
    public Result execute(Handle tx, StoredApproval approval, Caller requester, GivenApproval given, Instant now) {
        WaitingSubmission waiting = approval.submission()
                .orElseThrow(() -> new IllegalStateException("approval " + approval.id() + " has no submission"));
        Submission<T> submission = new Submission<>(
                requester,
                waiting.source(),
                waiting.id(),
                waiting.digest(),
                waiting.answered(),
                waiting.traceparent(),
                approval.request(type),
                Optional.of(given));
        return switch (handler.approved(tx, submission, processor, now)) {
            case SubmissionResult.Accepted<A> accepted -> new Result.Done(Json.write(accepted.answer()));
            case SubmissionResult.Refused<A> refused -> new Result.Refused(refused.problems());
            case SubmissionResult.Waiting<A> again ->
                throw new IllegalStateException(
                        "the approved request waits for " + again.approval().id());
        };
    }
}
