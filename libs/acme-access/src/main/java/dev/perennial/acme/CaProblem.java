package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.util.Optional;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * A problem document of the CA (RFC 8555 section 6.7). No member of it is required, because the input is untrusted.
 *
 * @param type without the prefix {@code urn:ietf:params:acme:error:}
 */
record CaProblem(String type, String text) {
    private static final String PREFIX = "urn:ietf:params:acme:error:";
    private static final int MAX_SUBPROBLEMS = 5;

    static CaProblem of(JSON json) {
        StringBuilder text = new StringBuilder(line(json));
        try {
            appendSubproblems(json.get("subproblems").asArray(), text);
        } catch (AcmeProtocolException e) {
            text.append("\n- malformed subproblems");
        }
        return new CaProblem(type(json), text.toString());
    }

    private static void appendSubproblems(JSON.Array subproblems, StringBuilder text) {
        subproblems.stream().limit(MAX_SUBPROBLEMS).forEach(sub -> text.append("\n- ")
                .append(subproblem(sub.asObject())));
        if (subproblems.size() > MAX_SUBPROBLEMS) {
            text.append("\n- and ").append(subproblems.size() - MAX_SUBPROBLEMS).append(" more");
        }
    }

    /** The URL that identifies the occurrence (RFC 9457 section 3.1.5). */
    static Optional<String> instance(JSON json) {
        return Optional.of(string(json, "instance"))
                .filter(url -> !url.isEmpty() && url.length() <= ResponseLimits.URL);
    }

    /** The {@code error} member of an order or a challenge. */
    static Optional<CaProblem> in(JSON resource) {
        return resource.get("error").optional().map(value -> of(value.asObject()));
    }

    /**
     * The problem of a failed validation or issuance; {@code otherwise} is the code for types without a specific
     * meaning.
     */
    Problem problem(ErrorCode otherwise, String detail) {
        ErrorCode code =
                switch (type) {
                    case "connection", "dns", "tls", "unauthorized", "incorrectResponse" -> ErrorCode.CHALLENGE_FAILED;
                    case "caa", "rejectedIdentifier", "unsupportedIdentifier" -> ErrorCode.CA_REFUSED;
                    case "rateLimited" -> ErrorCode.CA_RATE_LIMITED;
                    default -> otherwise;
                };
        return Problem.of(code, detail, text);
    }

    private static String subproblem(JSON json) {
        String name = json.get("identifier")
                .optional()
                .map(id -> ResponseLimits.problemName(string(id.asObject(), "value")) + ": ")
                .orElse("");
        return name + line(json);
    }

    private static String line(JSON json) {
        String detail = string(json, "detail");
        String message = detail.isEmpty() ? string(json, "title") : detail;
        String shortened = ResponseLimits.detail(message);
        return shortened.isEmpty() ? type(json) : type(json) + ": " + shortened;
    }

    private static String type(JSON json) {
        String type = string(json, "type");
        return type.isEmpty()
                ? "about:blank"
                : ResponseLimits.problemName(type.startsWith(PREFIX) ? type.substring(PREFIX.length()) : type);
    }

    private static String string(JSON json, String key) {
        try {
            return json.get(key).map(JSON.Value::asString).orElse("");
        } catch (AcmeProtocolException e) {
            return "";
        }
    }
}
