package dev.perennial.orders.submission;

import dev.perennial.events.EventType;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The processing of one kind of request.
 *
 * @param <T> the request
 * @param <A> the answer
 */
public interface SubmissionProcessor<T, A> {
    /** The type of the requests. */
    EventType type();

    /** The type as which a stored answer is read again. */
    Class<A> answerType();

    /** The certificate name and the owner that a refusal names, as far as the request has them. */
    record Subject(Optional<String> name, Optional<String> owner) {}

    Subject subject(T body);

    /**
     * Whether a repetition waits for the approval of the first submission. If not, it is processed: that approval cannot be
     * given any more, and the repetition would wait in vain.
     */
    default boolean joins(Handle tx, Submission<T> submission, PendingApproval approval) {
        return true;
    }

    /** Writes everything to which the submission leads in the given transaction, which may be retried. */
    SubmissionResult<A> process(Handle tx, Submission<T> submission, Instant now);
}
