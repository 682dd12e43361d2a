package dev.perennial.acme;

import dev.perennial.acme.Inspection.Account;
import dev.perennial.acme.Inspection.Front;
import dev.perennial.acme.Inspection.Resources;
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

/** Looks with a session of its own, so that no directory, nonce or connection of before can hide what is broken now. */
@ApplicationScoped
class Inspector implements Inspections {
    /** Those that we send to; a directory may have entries that lead anywhere. */
    private static final List<String> RESOURCES =
            List.of("newNonce", "newAccount", "newOrder", "revokeCert", "keyChange", "renewalInfo");

    private final Issuers issuers;
    private final AccountRegistration registrar;
    private final InstantSource clock;

    @Inject
    Inspector(Issuers issuers, SecretStore store) {
        this(issuers, store, InstantSource.system());
    }

    Inspector(Issuers issuers, SecretStore store, InstantSource clock) {
        this.issuers = issuers;
        this.registrar = new AccountRegistration(store);
        this.clock = clock;
    }

    @Override
    public Inspection inspect(String name) {
        IssuerSettings known =
                issuers.find(name).orElseThrow(() -> new IllegalArgumentException("there is no issuer '" + name + "'"));
        Issuer issuer = new Issuer(known, clock);
        try {
            Front front = front(issuer);
            return new Inspection(
                    issuer.directory(),
                    front,
                    known.termsOfServiceAgreed(),
                    registrar.binding(issuer),
                    account(issuer, front));
        } finally {
            issuer.client().shutdownNow();
        }
    }

    private Front front(Issuer issuer) {
        HttpRequest request = HttpRequest.newBuilder(issuer.directory())
                .header("User-Agent", "perennial (doctor)")
                .build();
        long start = System.nanoTime();
        try {
            HttpResponse<InputStream> answer = BoundedRequest.answer(
                    issuer.client(), request, issuer.settings().requestTimeout());
            Duration took = Duration.ofNanos(System.nanoTime() - start);
            return new Front.Answered(
                    answer.statusCode(),
                    took,
                    answer.headers().firstValue("Date").flatMap(Inspector::date),
                    clock.instant(),
                    answer.sslSession().map(Inspector::chain).orElse(List.of()),
                    resources(issuer, answer.body()));
        } catch (IOException | AcmeProtocolException e) {
            return causes(e)
                    .filter(SSLException.class::isInstance)
                    .findFirst()
                    .<Front>map(cause -> new Front.Untrusted(cause.getMessage()))
                    .orElseGet(() -> new Front.Unreachable(words(e)));
        }
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
    }

    /** The JDK's client has no words for the most frequent failures. */
    private static String words(Exception e) {
        if (causes(e).anyMatch(UnresolvedAddressException.class::isInstance)) {
            return "its host does not resolve";
        }
        return causes(e)
                .map(Throwable::getMessage)
                .filter(message -> message != null)
                .findFirst()
                .orElse("nobody takes the connection (" + e.getClass().getSimpleName() + ")");
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

    private static Optional<Resources> resources(Issuer issuer, InputStream body) {
        try {
            JSON json = JSON.parse(body);
            Map<String, String> urls = new TreeMap<>();
            RESOURCES.forEach(name -> json.get(name).optional().ifPresent(url -> urls.put(name, url.asString())));
            Optional<JSON> meta = json.get("meta").optional().map(JSON.Value::asObject);
            return Optional.of(new Resources(
                    urls,
                    urls.keySet().stream()
                            .filter(name -> leadsOut(issuer, urls.get(name)))
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

    private static boolean leadsOut(Issuer issuer, String url) {
        try {
            issuer.origin().require(URI.create(url));
            return false;
        } catch (RetryLater | IllegalArgumentException e) {
            return true;
        }
    }

    private Account account(Issuer issuer, Front front) {
        Optional<SignedAccount> stored;
        try {
            stored = registrar.stored(issuer);
        } catch (RetryLater e) {
            return e.problem().code() == ErrorCode.ISSUER_NOT_READY
                    ? new Account.Refused(e.problem().detail())
                    : new Account.Locked(words(e));
        }
        if (stored.isEmpty()) {
            return new Account.Absent("there is none yet");
        }
        return front instanceof Front.Answered
                ? stored.get().inspect()
                : new Account.Unknown("its directory cannot be read");
    }

    private static String words(RetryLater e) {
        return e.problem().detail()
                + e.problem().evidence().map(evidence -> ": " + evidence).orElse("");
    }
}
