package dev.perennial.orders.submission;

import dev.perennial.events.ApprovalId;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.platform.telemetry.Initiators;
import io.opentelemetry.api.trace.Span;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Processes each submission once. One transaction holds its inbox entry, its answer, and everything to which it leads.
 */
@Singleton
public class SubmissionHandler {
    private final Database database;
    private final Clock clock;

    @Inject
    public SubmissionHandler(Database database, Clock clock) {
        this.database = database;
        this.clock = clock;
    }

    /**
     * Processes a submission. A repetition gets the first answer and has no other effect.
     *
     * @throws dev.perennial.events.RetryLater if the database is unavailable; nothing is committed then
     */
    public <T, A> SubmissionResult<A> handle(Submission<T> submission, SubmissionProcessor<T, A> processor) {
        return database.inTransaction(tx -> handle(tx, submission, processor));
    }

    /** Answers a record that is not a valid request with {@code certificate.refused}, once per source and id. */
    public void refuse(Caller caller, String source, String id, Problem problem, Optional<String> traceparent) {
        database.inTransaction(tx -> {
            if (new Inbox(tx).isNew(source, id, Optional.empty(), Optional.empty(), clock.instant())) {
                publish(
                        tx,
                        id,
                        new SubmissionProcessor.Subject(Optional.empty(), Optional.empty()),
                        List.of(problem),
                        caller.initiator(),
                        traceparent);
            }
            return id;
        });
    }

    /**
     * Processes a submission that waited for its approval, in the transaction of the decision. Repetitions get the new
     * answer; a refusal changes nothing.
     */
    public <T, A> SubmissionResult<A> approved(
            Handle tx, Submission<T> submission, SubmissionProcessor<T, A> processor, Instant now) {
        SubmissionResult<A> result = processor.process(tx, submission, now);
        if (result instanceof SubmissionResult.Accepted<A> accepted) {
            submission.approval().ifPresent(given -> new Inbox(tx)
                    .answerWaiting(
                            submission.source(), submission.id(), given.id(), StoredAnswer.write(accepted.answer())));
        }
        return result;
    }

    /** Answers a submission that waited for its approval and did not get it. */
    public void notApproved(
            Handle tx,
            WaitingSubmission waiting,
            ApprovalId approval,
            SubmissionProcessor.Subject subject,
            Problem problem,
            Initiator initiator) {
        new Inbox(tx).answerWaiting(waiting.source(), waiting.id(), approval, StoredAnswer.refused(List.of(problem)));
        if (!waiting.answered()) {
            publish(tx, waiting.id(), subject, List.of(problem), initiator, waiting.traceparent());
        }
    }

    /** Ends a submission that waited for its approval: its id can be used again. */
    public void withdrawn(Handle tx, WaitingSubmission waiting, ApprovalId approval) {
        new Inbox(tx).removeWaiting(waiting.source(), waiting.id(), approval);
    }

    private <T, A> SubmissionResult<A> handle(
            Handle tx, Submission<T> submission, SubmissionProcessor<T, A> processor) {
        Span.current()
                .setAttribute(
                        Initiators.ATTRIBUTE, submission.caller().principal().id());
        Instant now = clock.instant();
        Inbox inbox = new Inbox(tx);
        Optional<EventType> type = Optional.of(processor.type());
        if (!inbox.isNew(submission.source(), submission.id(), type, submission.digest(), now)) {
            return repeated(tx, inbox.earlier(submission.source(), submission.id()), submission, processor, now);
        }
        return processed(tx, submission, processor, now);
    }

    private <T, A> SubmissionResult<A> processed(
            Handle tx, Submission<T> submission, SubmissionProcessor<T, A> processor, Instant now) {
        Inbox inbox = new Inbox(tx);
        SubmissionResult<A> result = processor.process(tx, submission, now);
        switch (result) {
            case SubmissionResult.Accepted<A> accepted ->
                inbox.answer(submission.source(), submission.id(), StoredAnswer.write(accepted.answer()));
            case SubmissionResult.Waiting<A> waiting -> {
                if (waiting.created()) {
                    inbox.answer(submission.source(), submission.id(), StoredAnswer.waiting(waiting.approval()));
                } else if (submission.answered()) {
                    // The decision is recorded for the first submission only; this id finds it by the content.
                    inbox.remove(submission.source(), submission.id());
                }
            }
            case SubmissionResult.Refused<A> refused -> {
                if (submission.answered()) {
                    // The request had no effect: the requester may correct it and use the same id.
                    inbox.remove(submission.source(), submission.id());
                } else {
                    publish(tx, submission, processor, refused.problems());
                }
            }
        }
        return result;
    }

    private <T, A> SubmissionResult<A> repeated(
            Handle tx,
            Inbox.Earlier earlier,
            Submission<T> submission,
            SubmissionProcessor<T, A> processor,
            Instant now) {
        Optional<String> otherType =
                earlier.type().filter(type -> !type.equals(processor.type().wireName()));
        if (otherType.isPresent()) {
            Problem problem = Problem.of(
                    ErrorCode.INVALID_FIELD,
                    "the id was used for a request of type " + otherType.get()
                            + " before; this request has no effect, repeat it with a new id");
            if (!submission.answered()) {
                publish(tx, submission, processor, List.of(problem));
            }
            return new SubmissionResult.Refused<>(List.of(problem));
        }
        if (!earlier.digest().equals(submission.digest())) {
            return SubmissionResult.refused(
                    ErrorCode.INVALID_FIELD,
                    "header 'Idempotency-Key': the key was used for another request; this request has no effect, repeat it"
                            + " with a new key");
        }
        SubmissionResult<A> answer = earlier.answer()
                .map(json -> StoredAnswer.read(json, processor.answerType()))
                .orElseGet(() -> new SubmissionResult.Refused<>(List.of()));
        return answer instanceof SubmissionResult.Waiting<A> waiting
                        && !processor.joins(tx, submission, waiting.approval())
                ? processed(tx, submission, processor, now)
                : answer;
    }

    private <T, A> void publish(
            Handle tx, Submission<T> submission, SubmissionProcessor<T, A> processor, List<Problem> problems) {
        publish(
                tx,
                submission.id(),
                processor.subject(submission.body()),
                problems,
                submission.caller().initiator(),
                submission.traceparent());
    }

    private void publish(
            Handle tx,
            String requestId,
            SubmissionProcessor.Subject subject,
            List<Problem> problems,
            Initiator initiator,
            Optional<String> traceparent) {
        new Outbox(tx, clock)
                .append(
                        new CertificateRefused(requestId, subject.name(), subject.owner(), problems),
                        initiator,
                        traceparent);
    }
}
