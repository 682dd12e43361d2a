package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.Await;
import java.net.http.HttpRequest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requested revocations: the replacement is served first, then the certificate is revoked and its key destroyed in Vault. */
class RevocationScenarioIT {
    @RegisterExtension
    static final SharedFleet FLEET =
            SharedFleet.with(Site.of("withdrawn", "withdrawn.demo.test"), Site.of("leaked", "leaked.demo.test"));

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
    void revokesAfterTheReplacementIsServedAndDestroysTheKey() {
        CertificateDeployed old = served("withdrawn", "withdrawn.demo.test");

        revoke(old.certificateId(), "superseded");

        CertificateRevoked fact = events.await(
                CertificateRevoked.class, revoked -> revoked.fingerprint().equals(old.fingerprint()));
        CertificateDeployed now = deployed("withdrawn", old);
        assertThat(timeOf(now)).isBefore(timeOf(ordered(old)));
        assertThat(Sha256.fingerprint(leaf("withdrawn.demo.test"))).isEqualTo(now.fingerprint());
        assertThat(stack.pebble().revocationReason(old.serial())).hasValue(4);
        assertThat(stack.pebble().revocationReason(now.serial())).isEmpty();
        assertThat(fact.destroyedVersions()).isEqualTo(2);
        for (String place : List.of("certificates/", "hosts/" + stack.host() + "/")) {
            assertThat(destroyed(place + old.certificateId())).isEqualTo(Map.of("1", true, "2", false));
        }
        Await.until("revoked in the API", Duration.ofSeconds(60), () -> client.get(
                        "/api/v1/certificates/" + old.certificateId())
                .at("/issued/1/revocation/state")
                .asText()
                .equals("REVOKED"));
    }

    @Test
    void replacesAndNeverReusesACompromisedKey() {
        CertificateDeployed old = served("leaked", "leaked.demo.test");
        X509Certificate before = leaf("leaked.demo.test");

        Cli.Result result =
                Cli.of(stack).run("revoke", "leaked", "--reason", "keyCompromise", "--comment", "a test", "--yes");

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("with a new key", "no later than");
        events.await(CertificateRevoked.class, revoked -> revoked.fingerprint().equals(old.fingerprint()));
        assertThat(stack.pebble().revocationReason(old.serial())).hasValue(1);
        assertThat(leaf("leaked.demo.test").getPublicKey()).isNotEqualTo(before.getPublicKey());
        assertThat(destroyed("certificates/" + old.certificateId())).containsEntry("1", true);
        assertThat(Cli.of(stack).run("show", "leaked").output())
                .contains("cause=KEY_COMPROMISED", "revocation.requested", "certificate.revoked");
    }

    private static CertificateDeployed served(String name, String serverName) {
        client.request(client.certificate(name, serverName));
        return events.await(
                CertificateDeployed.class, deployed -> deployed.name().equals(name));
    }

    private static CertificateDeployed deployed(String name, CertificateDeployed after) {
        return events.await(
                CertificateDeployed.class,
                deployed ->
                        deployed.name().equals(name) && !deployed.fingerprint().equals(after.fingerprint()));
    }

    private static void revoke(CertificateId certificate, String reason) {
        var answer = client.call(
                HttpRequest.newBuilder(stack.rest().resolve("/api/v1/certificates/" + certificate + "/revocations"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + stack.restToken())
                        .POST(HttpRequest.BodyPublishers.ofString("{\"reason\":\"" + reason + "\"}")));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(FleetClient.json(answer.body())
                        .at("/revocations/0/replacedFirst")
                        .asBoolean())
                .isTrue();
    }

    private static RevocationOrdered ordered(CertificateDeployed of) {
        return events.await(
                RevocationOrdered.class, ordered -> ordered.fingerprint().equals(of.fingerprint()));
    }

    private static Instant timeOf(Object fact) {
        return events.received().stream()
                .map(EventRecorder.Received::event)
                .filter(DecodedRecord.Known.class::isInstance)
                .map(event -> ((DecodedRecord.Known) event).event())
                .filter(event -> event.data().equals(fact))
                .map(CloudEvent::time)
                .findFirst()
                .orElseThrow();
    }

    private static X509Certificate leaf(String serverName) {
        return ServedLeaf.at(stack.nginx().port(), serverName);
    }

    /** Whether each version is destroyed. */
    private static Map<String, Boolean> destroyed(String path) {
        JsonNode versions =
                stack.vault().api().get("perennial/metadata/" + path).at("/data/versions");
        Map<String, Boolean> destroyed = new TreeMap<>();
        versions.properties()
                .forEach(version -> destroyed.put(
                        version.getKey(), version.getValue().get("destroyed").asBoolean()));
        return destroyed;
    }
}
