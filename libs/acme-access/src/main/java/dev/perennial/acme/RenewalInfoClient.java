package dev.perennial.acme;

import dev.perennial.events.ErrorCode;
import java.net.URI;
import java.net.URL;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

/** Requests renewal information (RFC 9773 section 4) from one issuer. */
record RenewalInfoClient(Issuer issuer) {
    /** Section 4.1: two base64url parts. Any other text could address another resource. */
    private static final Pattern RENEWAL_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}\\.[A-Za-z0-9_-]{1,128}");

    private static final int MAX_EXPLANATION_URL = 2000;

    RenewalInfo fetch(String renewalId) {
        if (!RENEWAL_ID.matcher(renewalId).matches()) {
            throw new IllegalArgumentException("not a renewal identifier: " + renewalId);
        }
        return issuer.call(
                "renewalInfo",
                issuer.directory(),
                connection -> {
                    Optional<URL> resource = issuer.session().resourceUrlOptional(Resource.RENEWAL_INFO);
                    if (resource.isEmpty()) {
                        return new RenewalInfo.NotOffered();
                    }
                    connection.get(resource(resource.get(), renewalId), issuer.session());
                    return read(connection.readJsonResponse(), connection);
                },
                failure -> switch (failure) {
                    case AcmeFailure.Refused(CaProblem problem) -> new RenewalInfo.Unusable(problem.text());
                    case AcmeFailure.NotFound(CaProblem problem) -> new RenewalInfo.Unusable(problem.text());
                    case AcmeFailure.Retryable retryable
                    when retryable.cause().problem().code() == ErrorCode.CA_MISBEHAVED ->
                        new RenewalInfo.Unusable(retryable
                                .cause()
                                .problem()
                                .evidence()
                                .orElse(retryable.cause().problem().detail()));
                    case AcmeFailure.Retryable retryable -> throw retryable.cause();
                });
    }

    private URL resource(URL renewalInfo, String renewalId) {
        String base = renewalInfo.toString();
        URI uri = URI.create((base.endsWith("/") ? base : base + "/") + renewalId);
        issuer.origin().require(uri);
        return SignedAccount.url(uri);
    }

    private RenewalInfo read(JSON json, PinnedConnection connection) {
        JSON window = json.get("suggestedWindow").asObject();
        Instant start = window.get("start").asInstant();
        Instant end = window.get("end").asInstant();
        if (!start.isBefore(end)) {
            throw new AcmeProtocolException("the suggested window starts at " + start + " and ends at " + end);
        }
        return new RenewalInfo.Suggested(
                start,
                end,
                json.get("explanationURL").optional().map(JSON.Value::asString).flatMap(RenewalInfoClient::page),
                connection
                        .header("Retry-After")
                        .flatMap(header ->
                                RetryAfter.parse(header, issuer.clock().instant())));
    }

    /** The URL is shown to people, so its scheme and length are restricted. */
    private static Optional<URI> page(String text) {
        try {
            URI uri = URI.create(text);
            return text.length() <= MAX_EXPLANATION_URL && uri.getHost() != null && isWeb(uri.getScheme())
                    ? Optional.of(uri)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isWeb(String scheme) {
        return "https".equalsIgnoreCase(scheme) || "http".equalsIgnoreCase(scheme);
    }
}
