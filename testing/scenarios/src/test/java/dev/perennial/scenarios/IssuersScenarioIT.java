package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.TestbedIssuers;
import dev.perennial.testbed.process.Await;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Issuers that are created over REST while the fleet runs, each with its own account at the same CA. */
class IssuersScenarioIT {
    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(
            Site.of("running", "running.rsa.demo.test"),
            Site.of("later", "later.late.demo.test"),
            Site.of("proven", "proven.dns.demo.test"));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    void issuesThroughAnIssuerThatIsCreatedWhileTheFleetRuns() {
        HttpResponse<String> created =
                put("rsa", Map.of("keyTypes", List.of("RSA_2048"), "allowedSuffixes", List.of("rsa.demo.test")));
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);

        assertThat(request("running", "rsa", "running.rsa.demo.test", "").statusCode())
                .isEqualTo(202);

        X509Certificate served = served("running", "running.rsa.demo.test");
        assertThat(served.getPublicKey().getAlgorithm())
                .as("the issuer's default key type")
                .isEqualTo("RSA");
        assertThat(client.get("/api/v1/certificates?name=running")
                        .at("/items/0/issuer")
                        .asText())
                .isEqualTo("rsa");
        assertThat(stack.vault().api().get("perennial/data/accounts/rsa").toString())
                .as("the issuer's own account")
                .contains("location");

        HttpResponse<String> outside = request("outside", "rsa", "shop.demo.test", "");
        assertThat(outside.statusCode()).isEqualTo(422);
        assertThat(outside.body()).contains("forbidden-name", "may not be certified by the issuer 'rsa'");
        HttpResponse<String> elliptic = request("elliptic", "rsa", "b.rsa.demo.test", "\"keyType\":\"EC_P256\",");
        assertThat(elliptic.statusCode()).isEqualTo(422);
        assertThat(elliptic.body()).contains("the issuer accepts [RSA_2048]");

        JsonNode audit = client.get("/api/v1/issuers/rsa/changes");
        assertThat(audit).hasSize(1);
        assertThat(audit.at("/0/changedBy").asText()).isEqualTo("rest");
        assertThat(audit.at("/0/before").isMissingNode()).isTrue();
        assertThat(audit.at("/0/after/keyTypes/0").asText()).isEqualTo("RSA_2048");

        HttpResponse<String> used = client.call("DELETE", "/api/v1/issuers/rsa");
        assertThat(used.statusCode()).isEqualTo(409);
        assertThat(used.body()).contains("issuer-in-use", "certificates that use it: 1; issuers that refer to it: 0");
        HttpResponse<String> moved = put("rsa", Map.of("directory", "https://127.0.0.1:1/dir"));
        assertThat(moved.statusCode()).isEqualTo(422);
        assertThat(moved.body()).contains("create an issuer with another name");
    }

    @Test
    void issuesThroughAnIssuerThatWasCreatedWhileTheOtherServicesWereDown() {
        for (String service : List.of("validation-service", "issuance-service")) {
            stack.service(service).stop();
        }
        assertThat(put("late", Map.of()).statusCode()).isEqualTo(201);
        for (String service : List.of("validation-service", "issuance-service")) {
            stack.service(service).start();
        }

        request("later", "late", "later.late.demo.test", "");

        served("later", "later.late.demo.test");
        assertThat(events.received()).noneMatch(received -> received.topic().endsWith(".dlq"));
    }

    @Test
    void reportsAMissingDnsProviderAndContinuesAfterTheIssuerIsCorrected() {
        Map<String, Object> rule =
                Map.of("suffix", "dns.demo.test", "methods", List.of("dns-01"), "provider", "missing");
        assertThat(put("dns", Map.of("challenges", List.of(rule))).statusCode()).isEqualTo(201);

        String id = FleetClient.json(
                        request("proven", "dns", "proven.dns.demo.test", "").body())
                .get("certificateId")
                .asText();
        Await.until("problem about the missing provider", Duration.ofSeconds(60), () -> client.get(
                        "/api/v1/certificates/" + id)
                .toString()
                .contains("name the DNS provider 'missing' for _acme-challenge.proven.dns.demo.test"));
        assertThat(client.get("/api/v1/certificates/" + id).toString()).contains("dns-update-refused");
        assertThat(put("dns", Map.of()).statusCode()).isEqualTo(200);

        served("proven", "proven.dns.demo.test");
    }

    /** The testbed's CA under another name. */
    private static HttpResponse<String> put(String name, Map<String, Object> changes) {
        byte[] body = bytes(TestbedIssuers.settings(name, stack.acmeProxy(), changes));
        return client.call(HttpRequest.newBuilder(stack.rest().resolve("/api/v1/issuers/" + name))
                .header("Authorization", "Bearer " + stack.restToken())
                .header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static byte[] bytes(Object value) {
        return EventCodec.mapper().valueToTree(value).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static HttpResponse<String> request(String name, String issuer, String dnsName, String more) {
        return client.post("""
            {"name":"%s","owner":"scenarios","issuer":"%s",%s"targets":["%s"],
             "identifiers":[{"type":"dns","value":"%s"}]}\
            """.formatted(name, issuer, more, stack.host(), dnsName));
    }

    private static X509Certificate served(String name, String dnsName) {
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(name));
        X509Certificate leaf = ServedLeaf.at(stack.nginx().port(), dnsName);
        assertThat(Sha256.fingerprint(leaf)).isEqualTo(deployed.fingerprint());
        return leaf;
    }
}
