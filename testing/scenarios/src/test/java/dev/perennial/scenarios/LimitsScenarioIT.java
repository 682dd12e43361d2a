package dev.perennial.scenarios;

import static dev.perennial.testbed.ca.Quotas.Counted.CERTIFICATES_OF_DOMAIN;
import static dev.perennial.testbed.ca.Quotas.Counted.CERTIFICATES_OF_NAMES;
import static dev.perennial.testbed.ca.Quotas.Counted.FAILED_AUTHORIZATIONS;
import static dev.perennial.testbed.ca.Quotas.Counted.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackBuilder;
import dev.perennial.testbed.ca.Quotas;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** More orders at once than the CA allows: one fleet that knows its limits, and one that has to learn them. */
class LimitsScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** Let's Encrypt's, with seconds for hours and days. */
    private static final Quotas QUOTAS = Quotas.LETS_ENCRYPT
            .with(ORDERS, 8, Duration.ofSeconds(24))
            .with(CERTIFICATES_OF_DOMAIN, 4, Duration.ofSeconds(32))
            .with(CERTIFICATES_OF_NAMES, 2, Duration.ofSeconds(16))
            .with(FAILED_AUTHORIZATIONS, 5, Duration.ofSeconds(60))
            .with(RequestKind.NEW_ORDER, 5);

    private static final Map<String, String> FLOOD = new LinkedHashMap<>();

    static {
        for (int i = 1; i <= 6; i++) {
            FLOOD.put("many-" + i, "n" + i + ".many.test");
        }
        for (int i = 1; i <= 3; i++) {
            FLOOD.put("same-" + i, "n.same.test");
        }
        for (int i = 1; i <= 3; i++) {
            FLOOD.put("few-" + i, "n" + i + ".few.test");
        }
    }

    @Test
    void aFleetThatKnowsTheLimitsIsNeverRefusedAndSaysWhatItWaitsFor() throws Exception {
        StackBuilder knowing = stack().issuer(Map.of("limits", "seconds"))
                .serviceProperty("order-service", "perennial.limit-presets.seconds.requests", "5 in 1 s")
                .serviceProperty("order-service", "perennial.limit-presets.seconds.account-orders", "8 in 24 s")
                .serviceProperty("order-service", "perennial.limit-presets.seconds.registered-domain", "4 in 32 s")
                .serviceProperty("order-service", "perennial.limit-presets.seconds.name-set", "2 in 16 s")
                .serviceProperty("order-service", "perennial.limit-presets.seconds.failed-authorizations", "5 in 60 s");
        try (Stack stack = knowing.start();
                EventRecorder events = EventRecorder.fromBeginning(stack.bootstrapServers());
                FleetClient client = new FleetClient(stack)) {
            stack.acmeProxy().limits().enforce(QUOTAS);
            flood(client);

            says(client, "certificates for the registered domain (4 in 32 s)");
            says(client, "certificates for exactly these names (2 in 16 s)");

            allIssuedOnce(stack, events);
            assertThat(stack.acmeProxy().limits().refusals()).isEmpty();
            assertThat(stack.acmeProxy().limits().overdrawn())
                    .as("certificates beyond a quota")
                    .isZero();
            assertThat(stack.counts().of(RequestKind.NEW_ORDER)).isEqualTo(FLOOD.size());
        }
    }

    @Test
    void aFleetThatDoesNotKnowTheLimitsLearnsThemFromTheCa() throws Exception {
        try (Stack stack = stack().start();
                EventRecorder events = EventRecorder.fromBeginning(stack.bootstrapServers());
                FleetClient client = new FleetClient(stack)) {
            stack.acmeProxy().limits().enforce(QUOTAS);
            flood(client);

            allIssuedOnce(stack, events);
            List<String> refusals = stack.acmeProxy().limits().refusals();
            // Those that were under way together are refused together; from then on it waits.
            assertThat(refusals).isNotEmpty().hasSizeLessThan(3 * FLOOD.size());
            assertThat(FLOOD.keySet()).as("what the CA said is told").anyMatch(certificate -> story(client, certificate)
                    .contains("too many"));
            assertThat(stack.counts().of(RequestKind.NEW_ORDER)).isEqualTo(FLOOD.size() + refusals.size());
        }
    }

    private static StackBuilder stack() {
        return Stack.builder().ca(ca -> ca.withNonceReject(0));
    }

    private static void flood(FleetClient client) {
        FLOOD.forEach((certificate, name) -> client.request(certificate, undeployed(certificate, name)));
    }

    /** Vault keeps it, and no host gets it. */
    private static CertificateRequested undeployed(String certificate, String name) {
        return new CertificateRequested(
                certificate,
                "scenarios",
                List.of(new RequestedIdentifier("dns", name)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    /** Callers of the REST API are told until when an order waits, and why. */
    private static void says(FleetClient client, String why) {
        JsonNode[] last = new JsonNode[1];
        Await.until(
                "order that waits because " + why,
                LIMIT,
                () -> {
                    last[0] = client.get("/api/v1/certificates?limit=100").path("items");
                    for (JsonNode item : last[0]) {
                        JsonNode waiting = item.path("waiting");
                        if (waiting.path("because").asText().contains(why)) {
                            Instant until = Instant.parse(waiting.path("until").asText());
                            assertThat(waiting.path("code").asText()).isEqualTo("waiting-for-budget");
                            assertThat(waiting.path("because").asText()).contains("will be placed at", "'pebble'");
                            assertThat(until).isBefore(Instant.now().plus(LIMIT));
                            return true;
                        }
                    }
                    return false;
                },
                () -> String.valueOf(last[0]));
    }

    private static String story(FleetClient client, String certificate) {
        JsonNode found = client.get("/api/v1/certificates?limit=1&name=" + certificate);
        return client.get("/api/v1/certificates/"
                        + found.at("/items/0/certificateId").asText())
                .toString();
    }

    private static void allIssuedOnce(Stack stack, EventRecorder events) {
        FLOOD.forEach((certificate, name) ->
                events.await(CertificateIssued.class, issued -> issued.name().equals(certificate)));
        assertThat(events.all(CertificateIssued.class, issued -> true)).hasSize(FLOOD.size());
        assertThat(stack.counts().ordersFinalized()).isEqualTo(FLOOD.size());
    }
}
