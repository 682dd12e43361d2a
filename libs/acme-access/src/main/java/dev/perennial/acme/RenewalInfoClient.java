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

/** RFC 9773 section 4 at one issuer. */
record RenewalInfoClient(Issuer issuer) {
    /** Section 4.1: two base64url parts. What is not of that form could lead to another resource. */
    private static final Pattern RENEWAL_ID = Pattern.compile("[A-Za-z0-9_-]{1,128}\\.[A-Za-z0-9_-]{1,128}");

    private static final int MAX_EXPLANATION = 2000;

    RenewalInfo ask(String renewalId) {
        if (!RENEWAL_ID.matcher(renewalId).matches()) {
            throw new IllegalArgumentException("no renewal id: " + renewalId);
        }
        return issuer.call(
                "renewalInfo",
                issuer.directory(),
                connection -> {
                    Optional<URL> resource = issuer.session().resourceUrlOptional(Resource.RENEWAL_INFO);
                    if (resource.isEmpty()) {
                        return new RenewalInfo.NotOffered();
                    }
                    connection.get(below(resource.get(), renewalId), issuer.session());
                    return read(connection.readJsonResponse(), connection);
                },
                reaction -> switch (reaction) {
                    case CaErrorReaction.Refused(CaProblem problem) -> new RenewalInfo.Unusable(problem.text());
                    case CaErrorReaction.Gone(CaProblem problem) -> new RenewalInfo.Unusable(problem.text());
                    case CaErrorReaction.Later later
                    when later.cause().problem().code() == ErrorCode.CA_MISBEHAVED ->
                        new RenewalInfo.Unusable(later.cause()
                                .problem()
                                .evidence()
                                .orElse(later.cause().problem().detail()));
                    case CaErrorReaction.Later later -> throw later.cause();
                });
    }

    private URL below(URL resource, String renewalId) {
        String base = resource.toString();
        URI uri = URI.create((base.endsWith("/") ? base : base + "/") + renewalId);
        issuer.origin().require(uri);
        return SignedAccount.url(uri);
    }

    private RenewalInfo read(JSON json, PinnedConnection connection) {
        JSON window = json.get("suggestedWindow").asObject();
        Instant start = window.get("start").asInstant();
        Instant end = window.get("end").asInstant();
        if (!start.isBefore(end)) {
            throw new AcmeProtocolException("the suggested window ends at " + end + ", it starts at " + start);
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

    /** Shown to people: no script, and no novel. */
    private static Optional<URI> page(String text) {
        try {
            URI uri = URI.create(text);
            return text.length() <= MAX_EXPLANATION && uri.getHost() != null && isWeb(uri.getScheme())
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
