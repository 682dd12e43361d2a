package dev.perennial.cli;

import dev.perennial.api.ProblemDetails;
import java.util.StringJoiner;

/** The API refused a request; the message is its problem document (RFC 9457). */
final class ApiProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NOT_FOUND = 404;

    private final int status;

    ApiProblemException(String message) {
        this(message, 0);
    }

    private ApiProblemException(String message, int status) {
        super(message, null, false, false);
        this.status = status;
    }

    /** Whether the API has no such resource. */
    boolean isNotFound() {
        return status == NOT_FOUND;
    }

    static ApiProblemException of(int status, ProblemDetails details) {
        StringJoiner lines = new StringJoiner("\n");
        lines.add("perennial: " + (details.title() == null ? "HTTP status " + status : Text.oneLine(details.title()))
                + ": " + (details.detail() == null ? "no reason given" : Text.block(details.detail(), 2)));
        if (details.problems().size() > 1) {
            details.problems()
                    .forEach(problem ->
                            lines.add("  " + Text.oneLine(problem.code()) + ": " + Text.block(problem.detail(), 4)));
        }
        details.traceId().ifPresent(id -> lines.add("  trace id: " + Text.oneLine(id)));
        return new ApiProblemException(lines.toString(), status);
    }
}
