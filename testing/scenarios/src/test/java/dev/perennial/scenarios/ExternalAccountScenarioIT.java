package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.Await;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A CA that requires an external account binding (RFC 8555 section 7.3.4), and account key rollover. */
class ExternalAccountScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void issuesAfterTheBindingIsStoredAndAfterAKeyRollover() throws Exception {
        try (Stack stack = Stack.builder()
                        .sites(List.of(
                                Site.of("early", "early.demo.test"),
                                Site.of("bound", "bound.demo.test"),
                                Site.of("rolled", "rolled.demo.test")))
                        .ca(ca -> ca.withExternalAccountRequired())
                        .issuer(Map.of("eabPath", "eab/pebble"))
                        .start();
                EventRecorder events = EventRecorder.fromBeginning(stack.bootstrapServers());
                FleetClient client = new FleetClient(stack)) {
            String early = id(
                    client.post(client.certificate("early", "early.demo.test")).body());
            Await.until("problem about the missing binding", LIMIT, () -> problems(client, early)
                    .contains("issuer-not-ready"));
            assertThat(problems(client, early)).contains("no external account binding at 'eab/pebble' in Vault");

            stack.vault()
                    .api()
                    .put(
                            "perennial/data/eab/pebble",
                            Map.of("data", stack.pebble().externalAccount().fields()));
            client.request(client.certificate("bound", "bound.demo.test"));

            var deployed = events.await(CertificateDeployed.class, d -> d.name().equals("bound"));
            assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), "bound.demo.test")))
                    .isEqualTo(deployed.fingerprint());
            assertThat(client.call("POST", "/api/v1/issuers/pebble/account/key-rollover")
                            .statusCode())
                    .isEqualTo(204);
            // The other services still have the old key in memory.
            client.request(client.certificate("rolled", "rolled.demo.test"));
            events.await(CertificateDeployed.class, d -> d.name().equals("rolled"));
            for (String service : List.of("order-service", "validation-service", "issuance-service")) {
                assertThat(Files.readString(stack.run().log(service)))
                        .doesNotContain(stack.pebble().externalAccount().hmacKey());
            }
        }
    }

    private static String id(String body) {
        return FleetClient.json(body).get("certificateId").asText();
    }

    private static String problems(FleetClient client, String certificate) {
        JsonNode shown = client.get("/api/v1/certificates/" + certificate);
        return shown.toString();
    }
}
