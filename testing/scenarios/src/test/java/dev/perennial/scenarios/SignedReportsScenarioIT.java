package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Initiator;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Someone who may write to {@code certificate.deployments} reports in the name of the host. */
class SignedReportsScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FIRST = "signed-1";
    private static final String SECOND = "signed-2";

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .sites(List.of(Site.of(FIRST, FIRST + ".demo.test"), Site.of(SECOND, SECOND + ".demo.test"))));

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
    void countsNoForgedReport() {
        ServicePart agent = stack.service("deploy-agent");
        agent.kill();
        CertificateIssued issued = issued(FIRST);

        CertificateDeployed forged = new CertificateDeployed(
                issued.certificateId(),
                issued.orderId(),
                FIRST,
                stack.host(),
                issued.serial(),
                issued.fingerprint(),
                "127.0.0.1:443",
                FIRST + ".demo.test",
                "TLSv1.3",
                "forged");
        client.publish(
                Topic.DEPLOYMENTS,
                CloudEvent.about(
                        issued.certificateId().toString(),
                        Topic.sourceOfAgent(stack.host()),
                        forged,
                        Initiator.system(Topic.sourceOfAgent(stack.host())),
                        Clock.systemUTC()));

        assertThat(refusal(issued).toString()).contains("it is not signed");
        assertThat(state(issued)).isEqualTo("ISSUED");

        agent.start();
        client.awaitState(issued.certificateId().toString(), "DEPLOYED");

        // A removed host still has its key, and serves its certificates.
        String key = client.get("/api/v1/hosts/" + stack.host() + "/keys")
                .at("/0/id")
                .asText();
        assertThat(client.call("DELETE", "/api/v1/hosts/" + stack.host() + "/keys/" + key)
                        .statusCode())
                .isEqualTo(204);
        CertificateIssued second = issued(SECOND);
        assertThat(refusal(second).toString()).contains("a revoked key");
        assertThat(state(second)).isEqualTo("ISSUED");
    }

    private static CertificateIssued issued(String name) {
        client.request(client.certificate(name, name + ".demo.test"));
        return events.await(CertificateIssued.class, it -> it.name().equals(name));
    }

    /** Waits for the entry of the timeline. */
    private static JsonNode refusal(CertificateIssued issued) {
        JsonNode[] found = new JsonNode[1];
        Await.until("a refused report of " + issued.name(), LIMIT, () -> {
            for (JsonNode entry : certificate(issued).path("timeline")) {
                if (entry.path("entry").asText().equals("fact.refused")) {
                    found[0] = entry;
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    private static String state(CertificateIssued issued) {
        return certificate(issued).at("/orders/0/state").asText();
    }

    private static JsonNode certificate(CertificateIssued issued) {
        return client.get("/api/v1/certificates/" + issued.certificateId());
    }
}
