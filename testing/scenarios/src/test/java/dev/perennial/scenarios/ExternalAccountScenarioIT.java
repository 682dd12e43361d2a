package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A CA that registers nobody without an external account binding (RFC 8555 section 7.3.4), as most besides Let's Encrypt do; and a new account key. */
class ExternalAccountScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void waitsForTheBindingThenIssuesAlsoWithANewAccountKey() throws Exception {
        try (Stack stack = Stack.builder()
                        .sites(List.of(
                                Site.of("early", "early.demo.test"),
                                Site.of("bound", "bound.demo.test"),
                                Site.of("rolled", "rolled.demo.test")))
                        .ca(ca -> ca.withExternalAccountRequired())
                        .issuer(Map.of("eabPath", "eab/pebble"))
                        .start();
                Watch watch = new Watch(stack.bootstrapServers());
                Requester requester = new Requester(stack)) {
            String early = id(requester
                    .post(requester.certificate("early", "early.demo.test"))
                    .body());
            Wait.until("the missing binding is told", LIMIT, () -> problems(requester, early)
                    .contains("issuer-not-ready"));
            assertThat(problems(requester, early)).contains("no external account binding at 'eab/pebble' in Vault");

            stack.vault()
                    .api()
                    .put(
                            "perennial/data/eab/pebble",
                            Map.of("data", stack.pebble().externalAccount().fields()));
            requester.request(requester.certificate("bound", "bound.demo.test"));

            var deployed = watch.await(CertificateDeployed.class, d -> d.name().equals("bound"));
            assertThat(ServedLeaf.fingerprint(ServedLeaf.at(stack.nginx().port(), "bound.demo.test")))
                    .isEqualTo(deployed.fingerprint());
            assertThat(requester
                            .call("POST", "/api/v1/issuers/pebble/account/key-rollover")
                            .statusCode())
                    .isEqualTo(204);
            // The other services still hold the old key.
            requester.request(requester.certificate("rolled", "rolled.demo.test"));
            watch.await(CertificateDeployed.class, d -> d.name().equals("rolled"));
            for (String service : List.of("order-service", "validation-service", "issuance-service")) {
                assertThat(Files.readString(stack.run().log(service)))
                        .doesNotContain(stack.pebble().externalAccount().hmacKey());
            }
        }
    }

    private static String id(String body) {
        return Requester.json(body).get("certificateId").asText();
    }

    private static String problems(Requester requester, String certificate) {
        JsonNode shown = requester.get("/api/v1/certificates/" + certificate);
        return shown.toString();
    }
}
