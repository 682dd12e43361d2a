package dev.perennial.orders.submission;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.util.List;

/**
 * The answer to a submission.
 *
 * @param <A> the answer to an accepted one; it is stored as JSON, so that a repetition gets the same
 */
public sealed interface SubmissionResult<A> {
    record Accepted<A>(A answer) implements SubmissionResult<A> {}

    record Refused<A>(List<Problem> problems) implements SubmissionResult<A> {
        public Refused {
            problems = List.copyOf(problems);
        }
    }

    /**
     * The submission has no effect until it is approved.
     *
     * @param created whether it is the first one that waits for this approval
     */
    record Waiting<A>(PendingApproval approval, boolean created) implements SubmissionResult<A> {}

    static <A> SubmissionResult<A> refused(ErrorCode code, String detail) {
        return new Refused<>(List.of(Problem.of(code, detail)));
    }
}
