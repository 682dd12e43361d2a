package dev.perennial.orders.http;

import dev.perennial.api.OrderProblem;
import dev.perennial.api.ProblemDetails;
import dev.perennial.api.ProblemSummary;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.platform.telemetry.Spans;
import java.util.List;
import java.util.Locale;

/** Maps problems to records of the API. */
final class Problems {
    private Problems() {}

    static ProblemDetails details(int status, List<Problem> problems) {
        Problem first = problems.isEmpty()
                ? Problem.of(
                        ErrorCode.INTERNAL,
                        "a request with this id was refused before, and that response had the reasons; correct the"
                                + " request and send it with a new id")
                : problems.getFirst();
        String more = problems.size() > 1 ? " (and " + more(problems.size() - 1) + ")" : "";
        return new ProblemDetails(
                first.code().typeUri(),
                title(first.code()),
                status,
                first.detail() + more,
                problems.stream().map(Problems::summary).toList(),
                Spans.traceId());
    }

    static ProblemDetails details(int status, ErrorCode code, String detail) {
        return details(status, List.of(Problem.of(code, detail)));
    }

    /** For a failure that the status describes completely (RFC 9457 section 4.2.1). */
    static ProblemDetails blank(int status, String title, String detail) {
        return new ProblemDetails("about:blank", title, status, detail, List.of(), Spans.traceId());
    }

    static OrderProblem of(Problem problem) {
        return new OrderProblem(
                problem.code().wireName(), problem.detail(), problem.evidence(), problem.nextAttemptAt());
    }

    static ProblemSummary summary(Problem problem) {
        return new ProblemSummary(problem.code().typeUri(), problem.code().wireName(), problem.detail());
    }

    private static String more(int count) {
        return count == 1 ? "1 more problem" : count + " more problems";
    }

    static String title(ErrorCode code) {
        return switch (code) {
            case MALFORMED_JSON -> "Malformed JSON";
            case WILDCARD_NEEDS_DNS01 -> "Wildcard needs dns-01";
            case CA_REFUSED -> "CA refused";
            case CA_UNAVAILABLE -> "CA unavailable";
            case CA_RATE_LIMITED -> "CA rate limited";
            case CA_MISBEHAVED -> "CA misbehaved";
            case DNS_UNAVAILABLE -> "DNS unavailable";
            case DNS_UPDATE_REFUSED -> "DNS update refused";
            default -> {
                String words = code.wireName().replace('-', ' ');
                yield words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
            }
        };
    }
}
