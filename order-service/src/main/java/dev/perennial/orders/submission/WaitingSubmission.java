package dev.perennial.orders.submission;

import java.util.Optional;

/**
 * The origin of a submission that waits for its approval; the components are those of {@link Submission}. Its inbox entry
 * exists, unless it was purged meanwhile.
 */
public record WaitingSubmission(
        String source, String id, Optional<String> digest, boolean answered, Optional<String> traceparent) {
    public static <T> WaitingSubmission of(Submission<T> submission) {
        return new WaitingSubmission(
                submission.source(),
                submission.id(),
                submission.digest(),
                submission.answered(),
                submission.traceparent());
    }
}
