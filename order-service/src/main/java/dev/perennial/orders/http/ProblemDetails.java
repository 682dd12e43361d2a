package dev.perennial.orders.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.platform.telemetry.Spans;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A failure at the HTTP door. */
@Schema(name = "ProblemDetails", description = "RFC 9457")
public record ProblemDetails(
        @Schema(description = "urn:perennial:error:<code>, or about:blank where the status says it all")
        @JsonProperty(required = true)
        String type,

        @JsonProperty(required = true) String title,
        @JsonProperty(required = true) int status,
        @JsonProperty(required = true) String detail,
        @Schema(description = "every single problem found") List<Single> problems,

        @Schema(description = "to be told when asking for help; empty where nothing is traced")
        Optional<String> traceId) {
    public static final String MEDIA_TYPE = "application/problem+json";

    public ProblemDetails {
        problems = List.copyOf(problems);
    }

    /** One reason. */
    @Schema(name = "Problem")
    public record Single(
            @JsonProperty(required = true) String type,
            @JsonProperty(required = true) String code,
            @JsonProperty(required = true) String detail) {
        static Single of(Problem problem) {
            return new Single(problem.code().typeUri(), problem.code().wireName(), problem.detail());
        }
    }

    static ProblemDetails of(int status, List<Problem> problems) {
        Problem first = problems.isEmpty()
                ? Problem.of(
                        ErrorCode.INTERNAL,
                        "this id was refused before, and the reasons were given then; mend the request and send it with a new id")
                : problems.getFirst();
        String more = problems.size() > 1 ? " (and " + (problems.size() - 1) + " more problems)" : "";
        return new ProblemDetails(
                first.code().typeUri(),
                title(first.code()),
                status,
                first.detail() + more,
                problems.stream().map(Single::of).toList(),
                Spans.traceId());
    }

    static ProblemDetails of(int status, ErrorCode code, String detail) {
        return of(status, List.of(Problem.of(code, detail)));
    }

    /** Where the status is all there is to say (RFC 9457 section 4.2.1). */
    static ProblemDetails blank(int status, String title, String detail) {
        return new ProblemDetails("about:blank", title, status, detail, List.of(), Spans.traceId());
    }

    private static String title(ErrorCode code) {
        String words = code.wireName().replace('-', ' ');
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }
}
