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

    /** A refused submission: 403 without the right to it, 404 if the certificate does not exist, otherwise 422. */
    static ProblemException of(List<Problem> refusal) {
        List<ErrorCode> codes = refusal.stream().map(Problem::code).toList();
        if (codes.contains(ErrorCode.ACCESS_DENIED)) {
            return new ProblemException(403, refusal);
        }
        return new ProblemException(codes.contains(ErrorCode.NOT_FOUND) ? 404 : 422, refusal);
    }

    ProblemDetails details() {
        return Problems.details(status, problems);
    }
}
