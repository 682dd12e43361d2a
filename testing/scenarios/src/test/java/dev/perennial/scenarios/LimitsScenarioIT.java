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
import dev.perennial.testbed.ca.AcmeProxy;
import dev.perennial.testbed.ca.Quotas;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * More orders than the CA allows, at two issuers of one fleet: the limits of one issuer are configured, those of the other are
 * not. Both bursts begin at the same time, so that their waits overlap.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LimitsScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String CONFIGURED = "configured";
    private static final String UNKNOWN = "unknown";

    /**
     * The limits of Let's Encrypt, with seconds instead of hours and days. A token refills slowly enough that a slow machine
     * issues a burst within the time for which the model holds back one token.
     */
    private static final Quotas QUOTAS = Quotas.LETS_ENCRYPT
            .with(ORDERS, 8, Duration.ofSeconds(48))
            .with(CERTIFICATES_OF_DOMAIN, 4, Duration.ofSeconds(64))
            .with(CERTIFICATES_OF_NAMES, 2, Duration.ofSeconds(32))
            .with(FAILED_AUTHORIZATIONS, 5, Duration.ofSeconds(60))
            .with(RequestKind.NEW_ORDER, 5);

    private static final Map<String, String> BURST = new LinkedHashMap<>();

    static {
        for (int i = 1; i <= 6; i++) {
            BURST.put("many-" + i, "n" + i + ".many.test");
        }
        for (int i = 1; i <= 3; i++) {
            BURST.put("same-" + i, "n.same.test");
        }
        for (int i = 1; i <= 3; i++) {
            BURST.put("few-" + i, "n" + i + ".few.test");
        }
    }

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .ca(ca -> ca.withNonceReject(0))
            .issuerWithOwnProxy(CONFIGURED, Map.of("limits", "seconds"))
            .issuerWithOwnProxy(UNKNOWN, Map.of())
            .serviceProperty("order-service", "perennial.limit-presets.seconds.requests", "5 in 1 s")
            .serviceProperty("order-service", "perennial.limit-presets.seconds.account-orders", "8 in 48 s")
            .serviceProperty("order-service", "perennial.limit-presets.seconds.registered-domain", "4 in 64 s")
            .serviceProperty("order-service", "perennial.limit-presets.seconds.name-set", "2 in 32 s")
            .serviceProperty("order-service", "perennial.limit-presets.seconds.failed-authorizations", "5 in 60 s"));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void requestBursts() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
        for (String issuer : List.of(CONFIGURED, UNKNOWN)) {
            stack.acmeProxy(issuer).limits().enforce(QUOTAS);
            BURST.forEach((certificate, name) -> client.request(
                    certificate(issuer, certificate), undeployed(certificate(issuer, certificate), name, issuer)));
        }
    }

    @Order(1)
    @Test
    void staysWithinConfiguredLimitsAndReportsTheReasonOfEachWait() {
        reportsWait("certificates for the registered domain (4 in 64 s)");
        reportsWait("certificates for exactly these names (2 in 32 s)");

        allIssuedOnce(CONFIGURED);
        AcmeProxy ca = stack.acmeProxy(CONFIGURED);
        assertThat(ca.limits().refusals()).isEmpty();
        assertThat(ca.limits().overdrawn()).as("certificates beyond a quota").isZero();
        assertThat(ca.counts().of(RequestKind.NEW_ORDER)).isEqualTo(BURST.size());
    }

    @Order(2)
    @Test
    void respectsUnknownLimitsAfterTheCaHasRefusedAnOrder() {
        allIssuedOnce(UNKNOWN);
        AcmeProxy ca = stack.acmeProxy(UNKNOWN);
        List<String> refusals = ca.limits().refusals();
        // Orders that are placed together are refused together; the next ones wait.
        assertThat(refusals).isNotEmpty().hasSizeLessThan(3 * BURST.size());
        assertThat(BURST.keySet()).as("the refusal is on a timeline").anyMatch(certificate -> details(
                        certificate(UNKNOWN, certificate))
                .contains("too many"));
        assertThat(ca.counts().of(RequestKind.NEW_ORDER)).isEqualTo(BURST.size() + refusals.size());
    }

    private static String certificate(String issuer, String certificate) {
        return issuer + "-" + certificate;
    }

    /** A certificate without target hosts. */
    private static CertificateRequested undeployed(String certificate, String name, String issuer) {
        return new CertificateRequested(
                certificate,
                "scenarios",
                List.of(new RequestedIdentifier("dns", name)),
                Optional.of(issuer),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    /** The REST API returns the reason of the wait, and its end. */
    private static void reportsWait(String why) {
        JsonNode[] last = new JsonNode[1];
        Await.until(
                "order that waits because " + why,
                LIMIT,
                () -> {
                    last[0] = client.get("/api/v1/certificates?limit=100").path("items");
                    for (JsonNode item : last[0]) {
                        JsonNode waiting = item.path("waiting");
                        if (waiting.path("reason").asText().contains(why)) {
                            Instant until = Instant.parse(waiting.path("until").asText());
                            assertThat(waiting.path("code").asText()).isEqualTo("waiting-for-budget");
                            assertThat(waiting.path("reason").asText())
                                    .contains("will be placed at", "'" + CONFIGURED + "'");
                            assertThat(until).isBefore(Instant.now().plus(LIMIT));
                            return true;
                        }
                    }
                    return false;
                },
                () -> String.valueOf(last[0]));
    }

    private static String details(String certificate) {
        JsonNode found = client.get("/api/v1/certificates?limit=1&name=" + certificate);
        return client.get("/api/v1/certificates/"
                        + found.at("/items/0/certificateId").asText())
                .toString();
    }

    private static void allIssuedOnce(String issuer) {
        BURST.keySet()
                .forEach(name -> events.await(
                        CertificateIssued.class, issued -> issued.name().equals(certificate(issuer, name))));
        assertThat(events.all(CertificateIssued.class, issued -> issued.name().startsWith(issuer)))
                .hasSize(BURST.size());
        assertThat(stack.acmeProxy(issuer).counts().ordersFinalized()).isEqualTo(BURST.size());
    }
}
