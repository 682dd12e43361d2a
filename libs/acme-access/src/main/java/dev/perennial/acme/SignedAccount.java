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
 * An account whose requests are signed with its key. It speaks through acme4j's connections rather than through its
 * resource objects: those fetch what the orders in our events already tell, and drop the answer to finalize.
 */
final class SignedAccount implements AcmeAccount {
    private static final Logger LOG = Logger.getLogger(SignedAccount.class);

    private final Issuer issuer;
    private final Login login;
    private final OrderPolling polling;
    private final String thumbprint;
    private final URI location;
    private final PublicKey publicKey;

    SignedAccount(Issuer issuer, KeyPair key, URI location) {
        this.publicKey = key.getPublic();
        this.issuer = issuer;
        this.location = location;
        this.login = issuer.session().login(pinned(location), key);
        this.polling = new OrderPolling(issuer.clock());
        this.thumbprint = Base64.getUrlEncoder().withoutPadding().encodeToString(JoseUtils.thumbprint(key.getPublic()));
    }

    /** The account URL (RFC 8555 section 7.3). */
    URI location() {
        return location;
    }

    boolean hasKeyOf(SignedAccount other) {
        return publicKey.equals(other.publicKey);
    }

    /** Proves both keys to the CA (RFC 8555 section 7.3.5); from its yes on the old one signs nothing more. */
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

    /** What the CA says of it, asked as for any resource (section 7.5.1, POST-as-GET). */
    Inspection.Account inspect() {
        try {
            return issuer.call(
                    "account",
                    location,
                    connection -> {
                        connection.sendSignedPostAsGetRequest(pinned(location), login);
                        return new Inspection.Account.Known(
                                location,
                                connection.readJsonResponse().get("status").asString());
                    },
                    reaction -> switch (reaction) {
                        case CaErrorReaction.Refused(CaProblem problem) ->
                            new Inspection.Account.Refused("the CA refuses it: " + problem.text());
                        case CaErrorReaction.Gone(CaProblem problem) -> new Inspection.Account.Refused(problem.text());
                        case CaErrorReaction.Later later
                        when CaErrorReaction.isUnknownAccount(later.cause()) ->
                            new Inspection.Account.Absent("the CA does not know " + location + " any more");
                        case CaErrorReaction.Later later -> throw later.cause();
                    });
        } catch (RetryLater e) {
            return new Inspection.Account.Unknown(e.problem().detail());
        }
    }

    /** Section 7.3.6. Refused where it is not in use any more, which is what is wanted. */
    void deactivate() {
        issuer.call(
                "deactivate account",
                location,
                connection -> connection.sendSignedRequest(
                        pinned(location), new JSONBuilder().put("status", "deactivated"), login),
                reaction -> switch (reaction) {
                    case CaErrorReaction.Refused(CaProblem problem)
                    when problem.type().equals("unauthorized") -> 0;
                    case CaErrorReaction.Refused refused -> issuer.raise(refused);
                    case CaErrorReaction.Gone gone -> issuer.raise(gone);
                    case CaErrorReaction.Later later -> throw later.cause();
                });
    }

    @Override
    public NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces) {
        return newOrder(identifiers, replaces, reaction -> switch (reaction) {
            // For the CA to judge (RFC 9773 section 5), and not worth a certificate: it is ordered without.
            case CaErrorReaction.Refused(CaProblem problem)
            when replaces.isPresent() -> placeAnew(identifiers, problem.text());
            case CaErrorReaction.Gone(CaProblem problem)
            when replaces.isPresent() -> placeAnew(identifiers, problem.text());
            case CaErrorReaction.Later later
            when replaces.isPresent() && CaErrorReaction.isServerInternal(later.cause()) ->
                placeAnew(identifiers, later.cause().getMessage());
            case CaErrorReaction.Later later -> throw later.cause();
            case CaErrorReaction.Refused(CaProblem problem) -> new NewOrderResult.Refused(refusal("newOrder", problem));
            case CaErrorReaction.Gone gone -> issuer.raise(gone);
        });
    }

    private NewOrderResult placeAnew(List<Identifier> identifiers, String why) {
        LOG.infof(
                "the CA '%s' does not take the order as a replacement, it is ordered like a first one: %s",
                issuer.name(), why);
        return place(identifiers, Optional.empty());
    }

    private NewOrderResult newOrder(
            List<Identifier> identifiers,
            Optional<String> replaces,
            Function<CaErrorReaction, NewOrderResult> otherwise) {
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
                    return new NewOrderResult.Placed(
                            ours(AcmeJson.order(uri(connection.getLocation()), connection.readJsonResponse())));
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
                    return AcmeJson.authorization(
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
                reaction -> switch (reaction) {
                    // Answered before, and the CA has moved on: what came of it is seen at the order.
                    case CaErrorReaction.Refused(CaProblem problem)
                    when problem.type().equals("malformed") -> {
                        LOG.debugf("the CA wants no answer to %s: %s", challenge.url(), problem.text());
                        yield 0;
                    }
                    case CaErrorReaction.Refused refused -> issuer.raise(refused);
                    case CaErrorReaction.Gone gone -> issuer.raise(gone);
                    case CaErrorReaction.Later later -> throw later.cause();
                });
    }

    @Override
    public OrderProgress progress(AcmeOrder order) {
        return issuer.call(
                "order",
                order.url(),
                connection -> {
                    connection.sendSignedPostAsGetRequest(pinned(order.url()), login);
                    return AcmeJson.progress(connection.readJsonResponse(), retryAfter(connection));
                },
                this::orderIsGone);
    }

    @Override
    public OrderProgress await(AcmeOrder order, Duration first, Duration limit) {
        return polling.await(first, limit, () -> progress(order));
    }

    @Override
    public OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey) {
        var claims = new JSONBuilder().putBase64("csr", csr(identifiers, certificateKey));
        Optional<OrderProgress> answer = issuer.call(
                "finalize",
                order.finalizeUrl(),
                connection -> {
                    connection.sendSignedRequest(pinned(order.finalizeUrl()), claims, login);
                    return Optional.of(AcmeJson.progress(connection.readJsonResponse(), retryAfter(connection)));
                },
                reaction -> switch (reaction) {
                    case CaErrorReaction.Refused(CaProblem problem)
                    when problem.type().equals("orderNotReady") -> Optional.empty();
                    case CaErrorReaction.Refused(CaProblem problem) ->
                        Optional.of(new OrderProgress.Refused(refusal("finalize", problem)));
                    case CaErrorReaction.Gone gone -> Optional.of(orderIsGone(gone));
                    case CaErrorReaction.Later later -> throw later.cause();
                });
        return answer.orElseGet(() -> progress(order));
    }

    @Override
    public List<X509Certificate> download(URI certificateUrl) {
        return issuer.call(
                "certificate",
                certificateUrl,
                connection -> {
                    connection.sendCertificateRequest(pinned(certificateUrl), login);
                    List<X509Certificate> chain = connection.readCertificates();
                    if (chain.isEmpty()) {
                        throw new AcmeProtocolException("a certificate chain without a certificate");
                    }
                    return chain;
                },
                issuer::raise);
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

    /** Who signs the request. */
    @FunctionalInterface
    private interface Signing {
        int send(PinnedConnection connection, URL url, JSONBuilder claims) throws AcmeException;
    }

    private RevokeResult revoke(X509Certificate certificate, RevocationReason reason, Signing signing) {
        var claims =
                new JSONBuilder().putBase64("certificate", der(certificate)).put("reason", reason.code());
        return issuer.call(
                "revokeCert",
                issuer.directory(),
                connection -> {
                    signing.send(connection, issuer.session().resourceUrl(Resource.REVOKE_CERT), claims);
                    return new RevokeResult.Revoked();
                },
                reaction -> switch (reaction) {
                    case CaErrorReaction.Refused(CaProblem problem)
                    when problem.type().equals("alreadyRevoked") -> new RevokeResult.Revoked();
                    case CaErrorReaction.Refused(CaProblem problem) ->
                        new RevokeResult.Refused(refusal("revokeCert", problem));
                    case CaErrorReaction.Gone(CaProblem problem) ->
                        new RevokeResult.Refused(refusal("revokeCert", problem));
                    case CaErrorReaction.Later later -> throw later.cause();
                });
    }

    private static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("the certificate cannot be encoded", e);
        }
    }

    private OrderProgress orderIsGone(CaErrorReaction reaction) {
        return switch (reaction) {
            case CaErrorReaction.Gone(CaProblem problem) ->
                new OrderProgress.Invalid(
                        Problem.of(ErrorCode.ORDER_EXPIRED, "the CA does not know the order any more", problem.text()));
            case CaErrorReaction.Refused refused -> issuer.raise(refused);
            case CaErrorReaction.Later later -> throw later.cause();
        };
    }

    private Problem refusal(String what, CaProblem problem) {
        return Problem.of(ErrorCode.CA_REFUSED, "the CA '" + issuer.name() + "' refused " + what, problem.text());
    }

    private Optional<Duration> retryAfter(PinnedConnection connection) {
        return connection
                .header("Retry-After")
                .flatMap(header -> RetryAfter.parse(header, issuer.clock().instant()));
    }

    private static byte[] csr(List<Identifier> identifiers, KeyPair key) {
        try {
            var csr = new CSRBuilder();
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
            throw new IllegalArgumentException("the certificate key cannot sign a CSR", e);
        }
    }

    /** Here, and not only where each is asked: an order with one bad URL can never come to anything, a new one may. */
    private AcmeOrder ours(AcmeOrder order) {
        issuer.origin().require(order.url());
        issuer.origin().require(order.finalizeUrl());
        order.authorizationUrls().forEach(issuer.origin()::require);
        return order;
    }

    /** @throws RetryLater where an event or an answer holds what is no URL of the CA */
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
            throw new AcmeException("the CA's Location is no URL", e);
        }
    }
}
