package dev.perennial.acme;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationReason;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSONBuilder;
import org.shredzone.acme4j.toolbox.JoseUtils;
import org.shredzone.acme4j.util.CSRBuilder;

/**
 * An account whose requests are signed with its key. It uses acme4j's connections instead of its resource objects,
 * because those request data that the events already contain, and discard the response to finalize.
 */
final class SignedAccount implements AcmeAccount {
    private static final Logger LOG = Logger.getLogger(SignedAccount.class);

    /**
     * Public CAs send Retry-After with each rate limit. A limit without it has no end of its own: Let's Encrypt pauses
     * a name that failed for weeks until its owner follows the link in the answer.
     */
    static final Duration WAIT_WITHOUT_RETRY_AFTER = Duration.ofHours(6);

    /** Of a common name (RFC 5280 appendix A.1, ub-common-name). */
    private static final int MAX_COMMON_NAME = 64;

    private final Issuer issuer;
    private final Login login;
    private final OrderPoller poller;
    private final String thumbprint;
    private final URI location;
    private final PublicKey publicKey;

    SignedAccount(Issuer issuer, KeyPair key, URI location) {
        this.publicKey = key.getPublic();
        this.issuer = issuer;
        this.location = location;
        this.login = issuer.session().login(pinned(location), key);
        this.poller = new OrderPoller(issuer.clock());
        this.thumbprint = Base64.getUrlEncoder().withoutPadding().encodeToString(JoseUtils.thumbprint(key.getPublic()));
    }

    /** The account URL (RFC 8555 section 7.3). */
    URI location() {
        return location;
    }

    boolean hasKeyOf(SignedAccount other) {
        return publicKey.equals(other.publicKey);
    }

    /** Sends keyChange, signed with both keys (RFC 8555 section 7.3.5). From its success on, the old key is invalid. */
    void changeKey(KeyPair next) {
        issuer.call(
                "keyChange",
                issuer.directory(),
                connection -> {
                    URL url = issuer.session().resourceUrl(Resource.KEY_CHANGE);
                    var change = new JSONBuilder();
                    change.put("account", location.toString());
                    change.putKey("oldKey", publicKey);
                    var proof = JoseUtils.createJoseRequest(url, next, change, null, null);
                    return connection.sendSignedRequest(url, proof, login);
                },
                issuer::raise);
    }

    /** Reads the account with POST-as-GET (section 6.3). */
    IssuerInspection.Account inspect() {
        try {
            return issuer.call(
                    "account",
                    location,
                    connection -> {
                        connection.sendSignedPostAsGetRequest(pinned(location), login);
                        return new IssuerInspection.Account.Registered(
                                location,
                                connection.readJsonResponse().get("status").asString());
                    },
                    failure -> switch (failure) {
                        case AcmeFailure.Refused(CaProblem problem) ->
                            new IssuerInspection.Account.Refused("the CA refused the request: " + problem.text());
                        case AcmeFailure.NotFound(CaProblem problem) ->
                            new IssuerInspection.Account.Refused(problem.text());
                        case AcmeFailure.Retryable retryable
                        when AcmeFailure.isUnknownAccount(retryable.cause()) ->
                            new IssuerInspection.Account.Absent("the CA no longer has " + location);
                        case AcmeFailure.Retryable retryable -> throw retryable.cause();
                    });
        } catch (RetryLater e) {
            return new IssuerInspection.Account.Unknown(e.problem().detail());
        }
    }

    /** Section 7.3.6. The CA refuses the request if the account is already deactivated, which counts as success. */
    void deactivate() {
        issuer.call(
                "deactivate account",
                location,
                connection -> connection.sendSignedRequest(
                        pinned(location), new JSONBuilder().put("status", "deactivated"), login),
                failure -> switch (failure) {
                    case AcmeFailure.Refused(CaProblem problem)
                    when problem.type().equals("unauthorized") -> 0;
                    case AcmeFailure.Refused refused -> issuer.raise(refused);
                    case AcmeFailure.NotFound notFound -> issuer.raise(notFound);
                    case AcmeFailure.Retryable retryable -> throw retryable.cause();
                });
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        return newOrder(identifiers, replaces, failure -> switch (failure) {
            // The CA may refuse "replaces" (RFC 9773 section 5). The certificate matters more: order without it.
            case AcmeFailure.Refused(CaProblem problem)
            when replaces.isPresent() -> placeWithoutReplaces(identifiers, problem.text());
            case AcmeFailure.NotFound(CaProblem problem)
            when replaces.isPresent() -> placeWithoutReplaces(identifiers, problem.text());
            case AcmeFailure.Retryable retryable
            when replaces.isPresent() && AcmeFailure.isServerInternal(retryable.cause()) ->
                placeWithoutReplaces(identifiers, retryable.cause().getMessage());
            case AcmeFailure.Retryable retryable -> throw alarmed(retryable.cause());
            case AcmeFailure.Refused(CaProblem problem) -> new NewOrderResult.Refused(refusal("newOrder", problem));
            case AcmeFailure.NotFound notFound -> issuer.raise(notFound);
        });
    }

    /** Answers that last until a person acts. */
    private RetryLater alarmed(RetryLater failure) {
        Problem problem = failure.problem();
        RetryLater waiting = problem.nextAttemptAt().isEmpty() && AcmeFailure.isRateLimit(failure)
                ? new RetryLater(
                        problem.nextAttempt(issuer.clock().instant().plus(WAIT_WITHOUT_RETRY_AFTER)),
                        failure.getCause())
                : failure;
        if (waiting != failure || problem.code() == ErrorCode.ISSUER_NOT_READY) {
            LOG.errorf(
                    "ALARM: %s: %s; see docs/reference/errors.md#%s",
                    problem.detail(),
                    problem.evidence().orElse(""),
                    problem.code().wireName());
        }
        return waiting;
    }

    private NewOrderResult placeWithoutReplaces(List<Identifier> identifiers, String reason) {
        LOG.infof(
                "the CA '%s' refused the field 'replaces' of an order, which is placed without it: %s",
                issuer.name(), reason);
        return place(identifiers, Optional.empty());
    }

    private NewOrderResult newOrder(
            List<Identifier> identifiers, Optional<String> replaces, Function<AcmeFailure, NewOrderResult> otherwise) {
        var claims = new JSONBuilder();
        claims.array(
                "identifiers",
                identifiers.stream()
                        .map(id -> Map.of("type", id.type(), "value", id.value()))
                        .toList());
        issuer.settings().profile().ifPresent(profile -> claims.put("profile", profile));
        return issuer.call(
                "newOrder",
                issuer.directory(),
                connection -> {
                    if (replaces.isPresent()
                            && issuer.session()
                                    .resourceUrlOptional(Resource.RENEWAL_INFO)
                                    .isPresent()) {
                        claims.put("replaces", replaces.get());
                    }
                    connection.sendSignedRequest(issuer.session().resourceUrl(Resource.NEW_ORDER), claims, login);
                    return new NewOrderResult.Placed(requireOrigin(
                            AcmeParser.order(uri(connection.getLocation()), connection.readJsonResponse())));
                },
                otherwise);
    }

    @Override
    public Authorization authorization(URI url) {
        return issuer.call(
                "authorization",
                url,
                connection -> {
                    connection.sendSignedPostAsGetRequest(pinned(url), login);
                    return AcmeParser.authorization(
                            url, connection.readJsonResponse(), token -> token + "." + thumbprint);
                },
                issuer::raise);
    }

    @Override
    public void respond(Authorization.Challenge challenge) {
        issuer.call(
                "challenge",
                challenge.url(),
                connection -> connection.sendSignedRequest(pinned(challenge.url()), new JSONBuilder(), login),
                failure -> switch (failure) {
                    // The challenge is no longer pending because of an earlier response: the order shows the result.
                    case AcmeFailure.Refused(CaProblem problem)
                    when problem.type().equals("malformed") -> {
                        LOG.debugf(
                                "the CA no longer accepts a response to the challenge %s: %s",
                                challenge.url(), problem.text());
                        yield 0;
                    }
                    case AcmeFailure.Refused refused -> issuer.raise(refused);
                    case AcmeFailure.NotFound notFound -> issuer.raise(notFound);
                    case AcmeFailure.Retryable retryable -> throw retryable.cause();
                });
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return issuer.call(
                "order",
                order.url(),
                connection -> {
                    connection.sendSignedPostAsGetRequest(pinned(order.url()), login);
                    return AcmeParser.progress(connection.readJsonResponse(), retryAfter(connection));
                },
                this::orderNotFound);
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration initialDelay, Duration timeout) {
        return poller.await(initialDelay, timeout, () -> progress(order));
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        var claims = new JSONBuilder().putBase64("csr", csr(identifiers, certificateKey));
        Optional<OrderProgress> answer = issuer.call(
                "finalize",
                order.finalizeUrl(),
                connection -> {
                    connection.sendSignedRequest(pinned(order.finalizeUrl()), claims, login);
                    return Optional.of(AcmeParser.progress(connection.readJsonResponse(), retryAfter(connection)));
                },
                failure -> switch (failure) {
                    case AcmeFailure.Refused(CaProblem problem)
                    when problem.type().equals("orderNotReady") -> Optional.empty();
                    case AcmeFailure.Refused(CaProblem problem) ->
                        Optional.of(new OrderProgress.Refused(refusal("finalize", problem)));
                    case AcmeFailure.NotFound notFound -> Optional.of(orderNotFound(notFound));
                    case AcmeFailure.Retryable retryable -> throw retryable.cause();
                });
        return answer.orElseGet(() -> progress(order));
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        Downloaded first = chain(certificateUrl);
        return issuer.settings()
                .preferredChain()
                .filter(root -> !CertificatePath.leadsTo(first.path(), root))
                .map(root -> alternate(first, root))
                .orElse(first.path());
    }

    /** @param alternates the URLs of further chains of the same certificate (section 7.4.2) */
    private record Downloaded(List<X509Certificate> path, List<URI> alternates) {}

    private Downloaded chain(URI url) {
        return issuer.call(
                "certificate",
                url,
                connection -> {
                    connection.sendCertificateRequest(pinned(url), login);
                    return new Downloaded(
                            path(connection),
                            connection.getLinks("alternate").stream()
                                    .limit(ResponseLimits.ALTERNATES)
                                    .map(link -> ResponseLimits.url(URI.create(link.toString()), "Link"))
                                    .toList());
                },
                issuer::raise);
    }

    private static List<X509Certificate> path(PinnedConnection connection) throws AcmeException {
        try {
            return CertificatePath.of(ResponseLimits.chain(connection.readCertificates()));
        } catch (AcmeProtocolException e) {
            throw e;
        } catch (RuntimeException e) {
            // The JDK parses parts of a certificate, its key for example, at their first use.
            throw new AcmeProtocolException("the chain cannot be read: " + e, e);
        }
    }

    /**
     * The first chain to the root; the default chain if the CA offers none, because a certificate is better than none.
     */
    private List<X509Certificate> alternate(Downloaded first, String root) {
        for (URI url : first.alternates()) {
            Optional<List<X509Certificate>> path = alternate(url).filter(it -> CertificatePath.leadsTo(it, root));
            if (path.isPresent()) {
                return path.get();
            }
        }
        LOG.warnf(
                "the CA '%s' offers no chain to '%s' (preferredChain of the issuer); its default chain is used",
                issuer.name(), root);
        return first.path();
    }

    private Optional<List<X509Certificate>> alternate(URI url) {
        try {
            return Optional.of(chain(url).path());
        } catch (RetryLater e) {
            if (e.problem().code() == ErrorCode.CA_MISBEHAVED || e.problem().code() == ErrorCode.ORDER_EXPIRED) {
                LOG.warnf("an alternate chain of the CA '%s' cannot be used: %s", issuer.name(), e.getMessage());
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason) {
        return revoke(
                certificate, reason, (connection, url, claims) -> connection.sendSignedRequest(url, claims, login));
    }

    @Override
    public RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey) {
        return revoke(
                certificate,
                reason,
                (connection, url, claims) ->
                        connection.sendSignedRequest(url, claims, issuer.session(), certificateKey));
    }

    /** Sends the request with a signature of the account key or the certificate key. */
    @FunctionalInterface
    private interface SignedRequest {
        int send(PinnedConnection connection, URL url, JSONBuilder claims) throws AcmeException;
    }

    private RevokeResult revoke(X509Certificate certificate, RevocationReason reason, SignedRequest request) {
        var claims =
                new JSONBuilder().putBase64("certificate", der(certificate)).put("reason", reason.code());
        return issuer.call(
                "revokeCert",
                issuer.directory(),
                connection -> {
                    request.send(connection, issuer.session().resourceUrl(Resource.REVOKE_CERT), claims);
                    return new RevokeResult.Revoked();
                },
                failure -> switch (failure) {
                    case AcmeFailure.Refused(CaProblem problem)
                    when problem.type().equals("alreadyRevoked") -> new RevokeResult.Revoked();
                    case AcmeFailure.Refused(CaProblem problem) ->
                        new RevokeResult.Refused(refusal("revokeCert", problem));
                    case AcmeFailure.NotFound(CaProblem problem) ->
                        new RevokeResult.Refused(refusal("revokeCert", problem));
                    case AcmeFailure.Retryable retryable -> throw retryable.cause();
                });
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the certificate has no DER encoding", e);
        }
    }

    private OrderProgress orderNotFound(AcmeFailure failure) {
        return switch (failure) {
            case AcmeFailure.NotFound(CaProblem problem) ->
                new OrderProgress.Invalid(
                        Problem.of(ErrorCode.ORDER_EXPIRED, "the CA no longer has the order", problem.text()));
            case AcmeFailure.Refused refused -> issuer.raise(refused);
            case AcmeFailure.Retryable retryable -> throw retryable.cause();
        };
    }

    private Problem refusal(String operation, CaProblem problem) {
        return Problem.of(ErrorCode.CA_REFUSED, "the CA '" + issuer.name() + "' refused " + operation, problem.text());
    }

    private Optional<Duration> retryAfter(PinnedConnection connection) {
        return connection
                .header("Retry-After")
                .flatMap(header -> RetryAfter.parse(header, issuer.clock().instant()));
    }

    private byte[] csr(List<Identifier> identifiers, KeyPair key) {
        try {
            var csr = new CSRBuilder();
            if (issuer.settings().csrCommonName().orElse(false)) {
                identifiers.stream()
                        .map(Identifier::value)
                        .filter(name -> name.length() <= MAX_COMMON_NAME)
                        .findFirst()
                        .ifPresent(csr::setCommonName);
            }
            for (Identifier identifier : identifiers) {
                if (identifier.ofType(Identifier.IP)) {
                    csr.addIP(identifier.ip().address());
                } else {
                    csr.addDomain(identifier.value());
                }
            }
            csr.sign(key);
            return csr.getEncoded();
        } catch (IOException e) {
            throw new IllegalArgumentException("signing the CSR with the certificate key failed", e);
        }
    }

    /** Checks all URLs at once: an order with one bad URL can never succeed, but a new order may. */
    private AcmeOrder requireOrigin(AcmeOrder order) {
        issuer.origin().require(order.url());
        issuer.origin().require(order.finalizeUrl());
        order.authorizationUrls().forEach(issuer.origin()::require);
        return order;
    }

    /** @throws RetryLater if a URL from an event or a response is outside the CA's origin */
    private URL pinned(URI uri) {
        issuer.origin().require(uri);
        return url(uri);
    }

    static URL url(URI uri) {
        try {
            return uri.toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException("not a URL: " + uri, e);
        }
    }

    private static URI uri(URL url) throws AcmeException {
        try {
            return url.toURI();
        } catch (URISyntaxException e) {
            throw new AcmeException("the CA's Location header is not a valid URL", e);
        }
    }
}
