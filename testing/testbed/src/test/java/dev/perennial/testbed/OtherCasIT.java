package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.ca.ExternalAccountKey;
import dev.perennial.testbed.ca.OpenBaoCa;
import dev.perennial.testbed.ca.PemHttp;
import dev.perennial.testbed.process.Ports;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Dns01Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.util.KeyPairUtils;

/** Issuance by OpenBao and step-ca with acme4j. */
class OtherCasIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static Stack stack;

    @BeforeAll
    static void start() {
        Security.addProvider(new BouncyCastleProvider());
        stack = Stack.builder()
                .only(StackPart.CA, StackPart.VAULT)
                .http01ByDns(Ports.free())
                .stepCa()
                .start();
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @Test
    void openBaoIssuesAfterDns01Validation() throws Exception {
        OpenBaoCa ca = OpenBaoCa.mount(
                stack.vault(), "pki-open", "corp.test", stack.dns().resolver(), false);

        X509Certificate leaf = issue(login(ca.directory(), ca.roots(), new AccountBuilder()), "www.corp.test");

        leaf.verify(root(ca.issuingRoot()).getPublicKey());
        assertThatThrownBy(() -> issue(login(ca.directory(), ca.roots(), new AccountBuilder()), "www.other.test"))
                .isInstanceOfSatisfying(
                        AcmeServerException.class,
                        e -> assertThat(e.getType().toString()).endsWith(":rejectedIdentifier"));
    }

    @Test
    void openBaoRequiresABindingAndAcceptsEachOnce() throws Exception {
        OpenBaoCa ca = OpenBaoCa.mount(
                stack.vault(), "pki-bound", "corp.test", stack.dns().resolver(), true);
        ExternalAccountKey customer = ca.newExternalAccount();

        assertThatThrownBy(() -> login(ca.directory(), ca.roots(), new AccountBuilder()))
                .isInstanceOf(AcmeServerException.class)
                .hasMessageContaining("external");
        Login bound = login(ca.directory(), ca.roots(), bind(customer));
        assertThat(issue(bound, "bound.corp.test")).isNotNull();
        assertThatThrownBy(() -> login(ca.directory(), ca.roots(), bind(customer)))
                .isInstanceOf(AcmeServerException.class);
    }

    @Test
    void stepCaIssuesAfterHttp01Validation() throws Exception {
        var ca = stack.stepCa();

        X509Certificate leaf = issue(login(ca.directory(), ca.root(), new AccountBuilder()), "www.corp.test");

        assertThat(leaf.getIssuerX500Principal().getName()).contains("step-ca of the testbed");
    }

    private static AccountBuilder bind(ExternalAccountKey customer) {
        return new AccountBuilder().withKeyIdentifier(customer.kid(), customer.hmacKey());
    }

    private static Login login(URI directory, String roots, AccountBuilder account) throws Exception {
        var session = new Session(directory, new TrustingProvider(new PemHttp(roots).client()));
        return account.agreeToTermsOfService()
                .useKeyPair(KeyPairUtils.createECKeyPair("secp256r1"))
                .createLogin(session);
    }

    private static X509Certificate issue(Login login, String name) throws Exception {
        var order = login.newOrder().domain(name).create();
        for (Authorization authorization : order.getAuthorizations()) {
            Challenge challenge =
                    provideResponse(name, authorization, login.getSession().getServerUri());
            challenge.trigger();
            authorization.waitForCompletion(TIMEOUT);
        }
        order.waitUntilReady(TIMEOUT);
        order.execute(KeyPairUtils.createECKeyPair("secp256r1"));
        order.waitForCompletion(TIMEOUT);
        return order.getCertificate().getCertificate();
    }

    private static Challenge provideResponse(String name, Authorization authorization, URI directory) throws Exception {
        if (directory.equals(stack.stepCa().directory())) {
            var challenge = authorization.findChallenge(Http01Challenge.class).orElseThrow();
            post("/add-http01", Map.of("token", challenge.getToken(), "content", challenge.getAuthorization()));
            return challenge;
        }
        var challenge = authorization.findChallenge(Dns01Challenge.class).orElseThrow();
        post("/set-txt", Map.of("host", "_acme-challenge." + name + ".", "value", challenge.getDigest()));
        return challenge;
    }

    private static void post(String path, Map<String, String> fields) throws Exception {
        String body = "{"
                + String.join(
                        ",",
                        fields.entrySet().stream()
                                .map(field -> "\"" + field.getKey() + "\":\"" + field.getValue() + "\"")
                                .toList())
                + "}";
        var request = HttpRequest.newBuilder(stack.dns().management().resolve(path))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    private static X509Certificate root(String pem) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    }
}
