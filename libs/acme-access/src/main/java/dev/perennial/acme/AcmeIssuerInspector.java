package dev.perennial.acme;

import dev.perennial.acme.IssuerInspection.Account;
import dev.perennial.acme.IssuerInspection.Directory;
import dev.perennial.acme.IssuerInspection.DirectoryResponse;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.SecretStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

/** Uses a new session per inspection, so that no cached directory, nonce or connection hides a current failure. */
@ApplicationScoped
class AcmeIssuerInspector implements IssuerInspector {
    /** The resources that Perennial sends requests to; other entries of a directory may have any origin. */
    private static final List<String> RESOURCES =
            List.of("newNonce", "newAccount", "newOrder", "revokeCert", "keyChange", "renewalInfo");

    private final Issuers issuers;
    private final AddressPolicy addresses;
    private final AccountRegistration registration;
    private final InstantSource clock;

    @Inject
    AcmeIssuerInspector(Issuers issuers, SecretStore store, AcmeConfig config) {
        this(issuers, store, AddressPolicy.of(config), InstantSource.system());
    }

    AcmeIssuerInspector(Issuers issuers, SecretStore store, AddressPolicy addresses, InstantSource clock) {
        this.issuers = issuers;
        this.addresses = addresses;
        this.registration = new AccountRegistration(store);
        this.clock = clock;
    }

    @Override
    public IssuerInspection inspect(String name) {
        IssuerSettings known =
                issuers.find(name).orElseThrow(() -> new IllegalArgumentException("there is no issuer '" + name + "'"));
        Issuer issuer = new Issuer(known, addresses, clock);
        try {
            DirectoryResponse response = requestDirectory(issuer);
            return new IssuerInspection(
                    issuer.directory(),
                    response,
                    known.termsOfServiceAgreed(),
                    registration.binding(issuer),
                    account(issuer, response));
        } finally {
            issuer.client().shutdownNow();
        }
    }

    private DirectoryResponse requestDirectory(Issuer issuer) {
        HttpRequest request = HttpRequest.newBuilder(issuer.directory())
                .header("User-Agent", "perennial (doctor)")
                .build();
        long start = System.nanoTime();
        try {
            HttpResponse<InputStream> response = BoundedRequest.send(
                    issuer.client(), addresses, request, issuer.settings().requestTimeout());
            Duration duration = Duration.ofNanos(System.nanoTime() - start);
            try (InputStream body = response.body()) {
                return new DirectoryResponse.Answered(
                        response.statusCode(),
                        duration,
                        response.headers().firstValue("Date").flatMap(AcmeIssuerInspector::date),
                        clock.instant(),
                        response.sslSession().map(AcmeIssuerInspector::chain).orElse(List.of()),
                        directory(issuer, body));
            }
        } catch (IOException | AcmeProtocolException e) {
            return causes(e)
                    .filter(SSLException.class::isInstance)
                    .findFirst()
                    .<DirectoryResponse>map(cause -> new DirectoryResponse.Untrusted(cause.getMessage()))
                    .orElseGet(() -> new DirectoryResponse.Unreachable(message(e)));
        }
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
    }

    /** The JDK's client throws exceptions without a message for the most frequent failures. */
    private static String message(Exception e) {
        if (causes(e).anyMatch(UnresolvedAddressException.class::isInstance)) {
            return "the host name does not resolve";
        }
        return causes(e)
                .map(Throwable::getMessage)
                .filter(message -> message != null)
                .findFirst()
                .orElse("the connection was refused (" + e.getClass().getSimpleName() + ")");
    }

    private static Optional<Instant> date(String header) {
        try {
            return Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static List<String> chain(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .filter(X509Certificate.class::isInstance)
                    .map(certificate -> ((X509Certificate) certificate)
                            .getSubjectX500Principal()
                            .getName())
                    .map(subject -> subject.isEmpty() ? "(no subject)" : subject)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    private static Optional<Directory> directory(Issuer issuer, InputStream body) {
        try {
            JSON json = JSON.parse(body);
            Map<String, String> urls = new TreeMap<>();
            RESOURCES.forEach(name -> json.get(name).optional().ifPresent(url -> urls.put(name, url.asString())));
            Optional<JSON> meta = json.get("meta").optional().map(JSON.Value::asObject);
            return Optional.of(new Directory(
                    urls,
                    urls.keySet().stream()
                            .filter(name -> isOutsideOrigin(issuer, urls.get(name)))
                            .toList(),
                    meta.flatMap(it -> it.get("termsOfService").optional()).map(JSON.Value::asString),
                    meta.flatMap(it -> it.get("caaIdentities").optional()).stream()
                            .flatMap(identities -> identities.asArray().stream())
                            .map(JSON.Value::asString)
                            .toList(),
                    meta.flatMap(it -> it.get("externalAccountRequired").optional())
                            .map(JSON.Value::asBoolean)
                            .orElse(false),
                    meta.flatMap(it -> it.get("profiles").optional()).stream()
                            .flatMap(profiles -> profiles.asObject().keySet().stream())
                            .toList()));
        } catch (IOException | AcmeProtocolException e) {
            return Optional.empty();
        }
    }

    private static boolean isOutsideOrigin(Issuer issuer, String url) {
        try {
            issuer.origin().require(URI.create(url));
            return false;
        } catch (RetryLater | IllegalArgumentException e) {
            return true;
        }
    }

    private Account account(Issuer issuer, DirectoryResponse response) {
        Optional<SignedAccount> stored;
        try {
            stored = registration.stored(issuer);
        } catch (RetryLater e) {
            return e.problem().code() == ErrorCode.ISSUER_NOT_READY
                    ? new Account.Refused(e.problem().detail())
                    : new Account.VaultUnavailable(message(e));
        }
        if (stored.isEmpty()) {
            return new Account.Absent("no account is registered yet");
        }
        return response instanceof DirectoryResponse.Answered
                ? stored.get().inspect()
                : new Account.Unknown("the directory is not readable");
    }

    private static String message(RetryLater e) {
        return e.problem().detail()
                + e.problem().evidence().map(evidence -> ": " + evidence).orElse("");
    }
}
