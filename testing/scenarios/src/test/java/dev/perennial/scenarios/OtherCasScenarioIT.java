package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.OpenBaoCa;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.ca.StepCaPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.fleet.Fleet;
import dev.perennial.testbed.process.Await;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Other CAs than Pebble: OpenBao's ACME server without and with external account binding, and step-ca. */
class OtherCasScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @Test
    void servesCertificatesFromOpenBaoAndStepCa() throws Exception {
        try (Stack stack = Stack.builder()
                        .sites(List.of(
                                Site.of("open", "open.demo.test", "*.open.demo.test"),
                                Site.of("bound", "bound.demo.test"),
                                Site.of("step", "step.demo.test")))
                        .bind(Zone.onLoopback("demo.test"))
                        .stepCa()
                        .serviceProperty("order-service", "perennial.policy.wildcard-suffixes", "demo.test")
                        .serviceProperty("order-service", "perennial.status.check-interval", "PT2S")
                        .serviceProperty("order-service", "perennial.status.max-list-age", "PT0S")
                        .serviceProperty("order-service", "perennial.status.poll-interval", "PT0.5S")
                        .start();
                EventRecorder events = EventRecorder.fromBeginning(stack.bootstrapServers());
                FleetClient client = new FleetClient(stack)) {
            OpenBaoCa open = openBao(stack, "pki-open", false);
            OpenBaoCa bound = openBao(stack, "pki-bound", true);
            var customer = bound.newExternalAccount();
            stack.vault().api().put("perennial/data/eab/bound", Map.of("data", customer.fields()));
            create(stack, client, "open", settings(open, Optional.empty()));
            create(stack, client, "bound", settings(bound, Optional.of("eab/bound")));
            create(stack, client, "step", settings(stack.stepCa()));

            client.request(certificate(client, "open", "open.demo.test", "*.open.demo.test"));
            client.request(certificate(client, "bound", "bound.demo.test"));
            client.request(certificate(client, "step", "step.demo.test"));

            served(stack, events, "open", "open.demo.test").verify(key(open.issuingRoot()));
            served(stack, events, "open", "any.open.demo.test").verify(key(open.issuingRoot()));
            served(stack, events, "bound", "bound.demo.test").verify(key(bound.issuingRoot()));
            assertThat(served(stack, events, "step", "step.demo.test")
                            .getIssuerX500Principal()
                            .getName())
                    .contains("step-ca of the testbed");
            assertThat(stack.counts().of(RequestKind.NEW_ORDER)).as("at Pebble").isZero();
            detectsARevocationAtTheCa(stack, events, client, open);
            for (String service : List.of("order-service", "validation-service", "issuance-service")) {
                assertThat(Files.readString(stack.run().log(service))).doesNotContain(customer.hmacKey());
            }
        }
    }

    /** Checks that the revocation is detected from the CRL and the OCSP responder in the certificate. */
    private static void detectsARevocationAtTheCa(
            Stack stack, EventRecorder events, FleetClient client, OpenBaoCa open) {
        var before = events.await(CertificateDeployed.class, d -> d.name().equals("open"));
        String path = "/api/v1/certificates/" + before.certificateId();
        Await.until(
                "status of what is served",
                LIMIT,
                () -> client.get(path).at("/issued/0/status/status").asText().equals("GOOD"),
                () -> client.get(path).at("/issued").toString());

        open.revoke(before.serial());

        var after = events.await(
                CertificateDeployed.class,
                d -> d.name().equals("open") && !d.fingerprint().equals(before.fingerprint()));
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), "open.demo.test")))
                .isEqualTo(after.fingerprint());
        JsonNode shown = client.get(path);
        assertThat(shown.at("/timeline").findValuesAsText("entry")).contains("revocation.detected", "renewal.started");
        assertThat(shown.at("/issued/1/revokedAt").asText()).isNotEmpty();
    }

    private static OpenBaoCa openBao(Stack stack, String mount, boolean bound) {
        return OpenBaoCa.mount(stack.vault(), mount, "demo.test", stack.bind().resolver(), bound);
    }

    /** OpenBao validates the other challenge types at ports 80 and 443 only. */
    private static Map<String, Object> settings(OpenBaoCa ca, Optional<String> eabPath) {
        Map<String, Object> settings = new HashMap<>(Map.of(
                "preset",
                "openbao-pki",
                "directory",
                ca.directory().toString(),
                "trustedRoots",
                ca.roots(),
                "challenges",
                List.of(Map.of("suffix", "demo.test", "methods", List.of("dns-01"), "provider", Fleet.DNS_PROVIDER))));
        eabPath.ifPresent(path -> settings.put("eabPath", path));
        return settings;
    }

    private static Map<String, Object> settings(StepCaPart ca) {
        return Map.of("preset", "step-ca", "directory", ca.directory().toString(), "trustedRoots", ca.root());
    }

    private static void create(Stack stack, FleetClient client, String name, Map<String, Object> settings) {
        String body = EventCodec.mapper().valueToTree(settings).toString();
        var created = client.call(HttpRequest.newBuilder(stack.rest().resolve("/api/v1/issuers/" + name))
                .header("Authorization", "Bearer " + stack.restToken())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    }

    private static CertificateRequested certificate(FleetClient client, String name, String... dnsNames) {
        CertificateRequested any = client.certificate(name, dnsNames);
        return new CertificateRequested(
                name, any.owner(), any.identifiers(), Optional.of(name), any.keyType(), any.targets(), any.labels());
    }

    private static X509Certificate served(Stack stack, EventRecorder events, String certificate, String name) {
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(certificate));
        X509Certificate leaf = ServedLeaf.at(stack.nginx().port(), name);
        assertThat(Sha256.fingerprint(leaf)).isEqualTo(deployed.fingerprint());
        return leaf;
    }

    private static PublicKey key(String rootPem) throws CertificateException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(rootPem.getBytes(StandardCharsets.US_ASCII)))
                .getPublicKey();
    }
}
