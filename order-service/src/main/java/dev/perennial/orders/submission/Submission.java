package dev.perennial.orders.submission;

import dev.perennial.orders.access.Caller;
import java.util.Optional;

/**
 * A request together with its origin.
 *
 * @param caller the requester, whose rights decide
 * @param source the channel and the requester; source and {@code id} identify the submission, which is processed once
 * @param digest of the request, if the requester could use one id for two requests; empty if the id is trusted
 * @param answered whether the requester gets the answer directly; otherwise a refusal is published as a fact
 * @param traceparent of the requester
 * @param approval by a second person, if the submission needed one and has it
 */
public record Submission<T>(
        Caller caller,
        String source,
        String id,
        Optional<String> digest,
        boolean answered,
        Optional<String> traceparent,
        T body,
        Optional<GivenApproval> approval) {
    /** Not approved yet. */
    public Submission(
            Caller caller,
            String source,
            String id,
            Optional<String> digest,
            boolean answered,
            Optional<String> traceparent,
            T body) {
        this(caller, source, id, digest, answered, traceparent, body, Optional.empty());
    }

    /** The same submission with a more exact request. */
    public Submission<T> with(T exact) {
        return new Submission<>(caller, source, id, digest, answered, traceparent, exact, approval);
    }
}
