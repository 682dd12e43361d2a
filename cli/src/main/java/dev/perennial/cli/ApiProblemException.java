package dev.perennial.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.StringJoiner;

/** The API said no; the message is what it said (RFC 9457). */
final class ApiProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ApiProblemException(String message) {
        super(message, null, false, false);
    }

    static ApiProblemException of(int status, JsonNode document) {
        StringJoiner lines = new StringJoiner("\n");
        lines.add("perennial: " + document.path("title").asText("HTTP " + status) + ": "
                + document.path("detail").asText("no word of why"));
        JsonNode problems = document.path("problems");
        if (problems.size() > 1) {
            problems.forEach(problem -> lines.add("  " + problem.path("code").asText() + ": "
                    + problem.path("detail").asText()));
        }
        if (document.has("nextAttemptAt")) {
            lines.add("  next attempt: " + document.path("nextAttemptAt").asText());
        }
        if (document.has("traceId")) {
            lines.add("  trace id: " + document.path("traceId").asText());
        }
        return new ApiProblemException(lines.toString());
    }
}
