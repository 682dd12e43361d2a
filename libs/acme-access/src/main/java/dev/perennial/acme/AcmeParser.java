package dev.perennial.acme;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
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

    private AcmeParser() {}

    static AcmeOrder order(URI url, JSON json) {
        JSON.Array listed = json.get("authorizations").asArray();
        if (listed.size() > ResponseLimits.AUTHORIZATIONS) {
            throw new AcmeProtocolException("the order has " + listed.size() + " authorizations; at most "
                    + ResponseLimits.AUTHORIZATIONS + " are accepted");
        }
        List<URI> authorizations = listed.stream()
                .map(value -> ResponseLimits.url(value.asURI(), "authorizations"))
                .toList();
        return ResponseLimits.order(new AcmeOrder(
                ResponseLimits.url(url, "Location"),
                ResponseLimits.url(json.get("finalize").asURI(), "finalize"),
                authorizations,
                json.get("expires").map(JSON.Value::asInstant)));
    }

    static OrderProgress progress(JSON json, Optional<Duration> retryAfter) {
        String status = json.get("status").asString();
        return switch (status) {
            case "pending" -> new OrderProgress.Pending(retryAfter);
            case "ready" -> new OrderProgress.Ready();
            case "processing" -> new OrderProgress.Processing(retryAfter);
            case "valid" ->
                new OrderProgress.Valid(
                        ResponseLimits.url(json.get("certificate").asURI(), "certificate"));
            case "invalid" -> new OrderProgress.Invalid(invalid(json));
            default ->
                throw new AcmeProtocolException("unknown order status '" + ResponseLimits.problemName(status) + "'");
        };
    }

    /** @param keyAuthorization computes the key authorization of a token (RFC 8555 section 8.1) */
    static Authorization authorization(URI url, JSON json, UnaryOperator<String> keyAuthorization) {
        Wildcard identifier = identifier(json.get("identifier").asObject());
        Authorization.Status status = status(json.get("status").asString());
        List<JSON> challenges = json.get("challenges").asArray().stream()
                .map(JSON.Value::asObject)
                .filter(challenge -> ANSWERABLE.contains(challenge.get("type").asString()))
                .toList();
        List<Authorization.Challenge> usable = challenges.stream()
                .flatMap(challenge -> challenge(challenge, status, keyAuthorization).stream())
                .toList();
        if (status == Authorization.Status.PENDING && usable.isEmpty() && !challenges.isEmpty()) {
            throw new AcmeProtocolException("no challenge of the authorization has a token");
        }
        return new Authorization(
                url,
                identifier.base(),
                identifier.star()
                        || json.get("wildcard").map(JSON.Value::asBoolean).orElse(false),
                status,
                usable,
                challenges.stream()
                        .flatMap(challenge -> problem(challenge).stream())
                        .findFirst());
    }

    /** Only the challenges of a pending authorization are answered: others need no token, and a bad one is ignored. */
    private static Optional<Authorization.Challenge> challenge(
            JSON json, Authorization.Status status, UnaryOperator<String> keyAuthorization) {
        boolean pending = status == Authorization.Status.PENDING;
        Optional<String> token = json.get("token").map(JSON.Value::asString);
        if (token.filter(text -> !TOKEN.matcher(text).matches()).isPresent()) {
            if (pending) {
                throw new AcmeProtocolException("the challenge token is not 1 to 256 base64url characters");
            }
            return Optional.empty();
        }
        return token.map(text -> new Authorization.Challenge(
                json.get("type").asString(),
                ResponseLimits.url(json.get("url").asURI(), "challenges"),
                text,
                keyAuthorization.apply(text),
                problem(json)));
    }

    private static Optional<Problem> problem(JSON challenge) {
        return CaProblem.in(challenge)
                .map(problem ->
                        problem.problem(ErrorCode.CHALLENGE_FAILED, "the CA's validation of the challenge failed"));
    }

    /** An identifier without the star that RFC 8555 section 7.1.4 forbids here, but that some CAs send. */
    private record Wildcard(Identifier base, boolean star) {}

    private static Wildcard identifier(JSON json) {
        String type = json.get("type").asString();
        String value = json.get("value").asString();
        try {
            if (type.equals(Identifier.DNS)) {
                Identifier name = Identifier.dns(value);
                return new Wildcard(
                        Identifier.dns(name.name().base()), name.name().isWildcard());
            }
            return new Wildcard(
                    type.equals(Identifier.IP) ? Identifier.ip(IpAddress.parse(value)) : new Identifier(type, value),
                    false);
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
        throw new AcmeProtocolException("unknown authorization status '" + ResponseLimits.problemName(text) + "'");
    }

    private static Problem invalid(JSON json) {
        return CaProblem.in(json)
                .map(problem -> problem.problem(ErrorCode.ORDER_EXPIRED, "the CA set the order to invalid"))
                .orElseGet(
                        () -> Problem.of(ErrorCode.ORDER_EXPIRED, "the CA set the order to invalid without an error"));
    }
}
