package dev.perennial.orders.doctor;

import dev.perennial.orders.doctor.ResponderIsolation.TokenAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks that the challenge path leads to the responder and nothing else does. A server that answers challenge tokens
 * itself lets those who control it obtain certificates for the name. Pure.
 */
final class IsolationChecks {
    static final String NAME = "responder isolated";

    private static final String DOCS = " (docs/operating/routing.md#only-the-responder)";
    private static final int NOT_FOUND = 404;

    private IsolationChecks() {}

    /** @param port of http-01 */
    static Hop hop(int port, Observation<List<ResponderIsolation>> observed) {
        return switch (observed) {
            case Observation.NotTried<List<ResponderIsolation>>(String why) -> Hop.skipped(NAME, why);
            case Observation.Missed<List<ResponderIsolation>>(String why) -> Hop.skipped(NAME, why);
            case Observation.Found<List<ResponderIsolation>>(List<ResponderIsolation> found) -> hop(port, found);
        };
    }

    private static Hop hop(int port, List<ResponderIsolation> found) {
        List<String> failures = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (ResponderIsolation one : found) {
            String where = one.address().getHostAddress() + " port " + port;
            failure(one.unusedToken()).ifPresent(failure -> failures.add(where + ": " + failure));
            warning(one).ifPresent(warning -> warnings.add(where + ": " + warning));
        }
        if (!failures.isEmpty()) {
            return Hop.failed(
                    NAME,
                    String.join("; ", failures),
                    "forward every path of the form /.well-known/acme-challenge/<token> to the validation-service, before any"
                            + " other rule" + DOCS);
        }
        return warnings.isEmpty()
                ? Hop.passed(
                        NAME,
                        "the responder answers a token of no challenge, and no request for two other paths reaches it")
                : Hop.warning(
                        NAME,
                        String.join("; ", warnings),
                        "forward exactly the paths of the form /.well-known/acme-challenge/<token>, and pass the answers"
                                + " of the responder on unchanged" + DOCS);
    }

    private static Optional<String> failure(TokenAnswer answer) {
        return switch (answer) {
            case TokenAnswer.Responder() -> Optional.empty();
            case TokenAnswer.Other(int status, String body) ->
                status == NOT_FOUND
                        ? Optional.empty()
                        : Optional.of(
                                "another server answers a token of no challenge: HTTP " + status + ", body: " + body);
            case TokenAnswer.None(String why) -> Optional.of("no answer to a token of no challenge: " + why);
        };
    }

    private static Optional<String> warning(ResponderIsolation one) {
        List<String> warnings = new ArrayList<>();
        if (!one.otherFolders().isEmpty()) {
            warnings.add("requests below " + String.join(" and ", one.otherFolders()) + " reach the responder too");
        }
        if (one.unusedToken() instanceof TokenAnswer.Other(int status, String body) && status == NOT_FOUND) {
            warnings.add(
                    "another server, or an error page of the router, answers a token of no challenge: HTTP 404, body: "
                            + body);
        }
        return warnings.isEmpty() ? Optional.empty() : Optional.of(String.join(", and ", warnings));
    }
}
