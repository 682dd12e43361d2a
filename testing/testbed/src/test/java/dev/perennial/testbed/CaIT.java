package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.PemHttp;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.Ports;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.Security;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.util.KeyPairUtils;

class CaIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static Stack stack;

    @BeforeAll
    static void start() {
        Security.addProvider(new BouncyCastleProvider());
        stack = Stack.builder()
                .only(StackPart.CA)
                .http01ByDns(Ports.free())
                // A finalize request whose response is lost must not be one that Pebble rejects with badNonce.
                .ca(ca -> ca.withRoundTrip(Duration.ofMillis(5)).withNonceReject(0))
                .start();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void issuesToParallelClientsThroughTheProxyAndCountsRequests() throws Exception {
        int clients = 8;
        long before = stack.counts().ordersFinalized();

        List<Future<List<String>>> issued = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                String name = "host-" + i + ".test";
                issued.add(threads.submit(() -> issue(name)));
            }
        }

        for (int i = 0; i < clients; i++) {
            assertThat(issued.get(i).get()).containsExactly("host-" + i + ".test");
        }
        assertThat(stack.counts().ordersFinalized() - before).isEqualTo(clients);
        assertThat(stack.counts().of(RequestKind.AUTHORIZATION)).isGreaterThanOrEqualTo(clients);
        assertThat(stack.counts().total()).isGreaterThan(clients * 7L);
    }

    @Test
    void returnsUrlsOfTheProxy() throws Exception {
        var directory = new PemHttp(Files.readString(stack.acmeProxy().roots()))
                .get(stack.acmeProxy().directory());

        assertThat(directory).contains("\"newOrder\": \"" + stack.acmeProxy().address() + "/order-plz\"");
    }

    @Test
    void hasDifferentRootsForIssuanceAndListeners() throws Exception {
        assertThat(stack.issuingRoot())
                .startsWith("-----BEGIN CERTIFICATE-----")
                .isNotEqualTo(Files.readString(stack.acmeProxy().roots()));
    }

    @Test
    void appliesFaultsToOneOrderOnlyAndCountsThem() throws Exception {
        var faults = stack.acmeProxy().faults();
        var noNonce = faults.at(RequestKind.NEW_ORDER).times(2).switchOn(Misbehaviour.refusesNonce());
        var lost = faults.at(RequestKind.FINALIZE).of("faulty.test").times(1).switchOn(Misbehaviour.losesAnswer());
        var limit = faults.at(RequestKind.CERTIFICATE)
                .of("faulty.test")
                .switchOn(Misbehaviour.limitsRate(Duration.ofSeconds(7)));

        assertThatThrownBy(() -> issue("faulty.test")).isInstanceOf(AcmeNetworkException.class);
        assertThat(issue("sound.test")).containsExactly("sound.test");

        assertThat(noNonce.injections()).isEqualTo(2);
        assertThat(lost.injections()).isEqualTo(1);
        assertThat(limit.injections()).isZero();
        // The connection is closed before the proxy counts.
        assertThat(Await.until(Duration.ofSeconds(5), () -> stack.acmeProxy().finalized("faulty.test") == 1))
                .as("Pebble issued before the response was lost")
                .isTrue();
        faults.switchAllOff();
        assertThat(issue("faulty.test")).containsExactly("faulty.test");
    }

    private static List<String> issue(String name) throws Exception {
        var order = login().newOrder().domain(name).create();
        for (var authorization : order.getAuthorizations()) {
            var challenge = authorization.findChallenge(Http01Challenge.class).orElseThrow();
            provideResponse(challenge);
            challenge.trigger();
            authorization.waitForCompletion(TIMEOUT);
        }
        order.execute(KeyPairUtils.createECKeyPair("secp256r1"));
        order.waitForCompletion(TIMEOUT);
        return order.getCertificate().getCertificate().getSubjectAlternativeNames().stream()
                .map(san -> (String) san.get(1))
                .toList();
    }

    private static void provideResponse(Http01Challenge challenge) throws Exception {
        String body =
                "{\"token\":\"" + challenge.getToken() + "\",\"content\":\"" + challenge.getAuthorization() + "\"}";
        var request = HttpRequest.newBuilder(stack.dns().management().resolve("/add-http01"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static Login login() throws Exception {
        KeyPair key = KeyPairUtils.createECKeyPair("secp256r1");
        HttpClient http = new PemHttp(Files.readString(stack.acmeProxy().roots())).client();
        var session = new Session(stack.acmeProxy().directory(), new TrustingProvider(http));
        return new AccountBuilder().agreeToTermsOfService().useKeyPair(key).createLogin(session);
    }
}
