package dev.perennial.orders.http;

import dev.perennial.api.ProblemDetails;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.util.List;

/** Ends a request with a problem document. */
final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient List<Problem> problems;

    ProblemException(int status, List<Problem> problems) {
        super("status " + status, null, false, false);
        this.status = status;
        this.problems = List.copyOf(problems);
    }

    ProblemException(int status, ErrorCode code, String detail) {
        this(status, List.of(Problem.of(code, detail)));
    }

    ProblemDetails details() {
        return Problems.details(status, problems);
    }
}
