package dev.perennial.acme;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * Converts the CA's JSON into value objects. Pure. Every method throws {@link AcmeProtocolException} if the JSON does
 * not conform to RFC 8555.
 */
final class AcmeParser {
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,256}");
    private static final Set<String> ANSWERABLE = Set.of(
            Authorization.Challenge.HTTP_01, Authorization.Challenge.DNS_01, Authorization.Challenge.TLS_ALPN_01);
    private static final int MAX_AUTHORIZATIONS = 100;

    private AcmeParser() {}

    static AcmeOrder order(URI url, JSON json) {
        List<URI> authorizations = json.get("authorizations").asArray().stream()
                .limit(MAX_AUTHORIZATIONS + 1L)
                .map(JSON.Value::asURI)
                .toList();
        if (authorizations.size() > MAX_AUTHORIZATIONS) {
            throw new AcmeProtocolException("the order has more than " + MAX_AUTHORIZATIONS + " authorizations");
        }
        return new AcmeOrder(
                url,
                json.get("finalize").asURI(),
                authorizations,
                json.get("expires").map(JSON.Value::asInstant));
    }

    static OrderProgress progress(JSON json, Optional<Duration> retryAfter) {
        String status = json.get("status").asString();
        return switch (status) {
            case "pending" -> new OrderProgress.Pending(retryAfter);
            case "ready" -> new OrderProgress.Ready();
            case "processing" -> new OrderProgress.Processing(retryAfter);
            case "valid" -> new OrderProgress.Valid(json.get("certificate").asURI());
            case "invalid" -> new OrderProgress.Invalid(invalid(json));
            default -> throw new AcmeProtocolException("unknown order status '" + status + "'");
        };
    }

    /** @param keyAuthorization computes the key authorization of a token (RFC 8555 section 8.1) */
    static Authorization authorization(URI url, JSON json, UnaryOperator<String> keyAuthorization) {
        JSON identifier = json.get("identifier").asObject();
        return new Authorization(
                url,
                identifier(identifier),
                json.get("wildcard").map(JSON.Value::asBoolean).orElse(false),
                status(json.get("status").asString()),
                json.get("challenges").asArray().stream()
                        .map(JSON.Value::asObject)
                        .filter(challenge ->
                                ANSWERABLE.contains(challenge.get("type").asString()))
                        .map(challenge -> challenge(challenge, keyAuthorization))
                        .toList());
    }

    private static Authorization.Challenge challenge(JSON json, UnaryOperator<String> keyAuthorization) {
        String token = json.get("token").asString();
        if (!TOKEN.matcher(token).matches()) {
            throw new AcmeProtocolException("the challenge token is not 1 to 256 base64url characters");
        }
        return new Authorization.Challenge(
                json.get("type").asString(),
                json.get("url").asURI(),
                token,
                keyAuthorization.apply(token),
                CaProblem.in(json)
                        .map(problem -> problem.problem(
                                ErrorCode.CHALLENGE_FAILED, "the CA's validation of the challenge failed")));
    }

    private static Identifier identifier(JSON json) {
        try {
            return new Identifier(json.get("type").asString(), json.get("value").asString());
        } catch (IllegalArgumentException e) {
            throw new AcmeProtocolException("unsupported identifier in an authorization: " + e.getMessage(), e);
        }
    }

    private static Authorization.Status status(String text) {
        for (Authorization.Status status : Authorization.Status.values()) {
            if (status.name().toLowerCase(java.util.Locale.ROOT).equals(text)) {
                return status;
            }
        }
        throw new AcmeProtocolException("unknown authorization status '" + text + "'");
    }

    private static Problem invalid(JSON json) {
        return CaProblem.in(json)
                .map(problem -> problem.problem(ErrorCode.ORDER_EXPIRED, "the CA set the order to invalid"))
                .orElseGet(
                        () -> Problem.of(ErrorCode.ORDER_EXPIRED, "the CA set the order to invalid without an error"));
    }
}
