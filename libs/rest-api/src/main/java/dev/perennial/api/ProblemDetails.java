package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * The body of every error response (RFC 9457).
 *
 * @param type {@code urn:perennial:error:<code>}, or {@code about:blank} if the status says everything
 * @param problems every problem that was found
 * @param traceId the trace of the call; absent if it was not traced
 */
public record ProblemDetails(
        String type, String title, int status, String detail, List<ProblemSummary> problems, Optional<String> traceId) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public ProblemDetails {
        problems = Absent.asEmpty(problems);
        traceId = Absent.asEmpty(traceId);
    }
}
