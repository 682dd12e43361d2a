package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.AcmeProxy;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A CA that accepts the requests for authorizations and never answers does not delay the orders at another CA. There
 * are more orders than may be in progress, and more than the services process.
 */
class HangingCaScenarioIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String HANGING = "hanging";
    private static final String HEALTHY = "healthy";
    private static final int IN_PROGRESS = 8;
    private static final int ORDERS = 2 * IN_PROGRESS;

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .ca(ca -> ca.withNonceReject(0))
            .issuerWithOwnProxy(HANGING, Map.of("requestTimeout", "PT3S"))
            .issuerWithOwnProxy(HEALTHY, Map.of())
            .serviceProperty("order-service", "perennial.placement.max-in-progress", "" + IN_PROGRESS)
            .serviceProperty("validation-service", "perennial.validation.max-concurrency", "" + (IN_PROGRESS + 1))
            .serviceProperty("issuance-service", "perennial.issuance.max-concurrency", "" + (IN_PROGRESS + 1)));

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
    void issuesAtAnotherCaWhileOneHangsAndOnceAtEachAfterwards() {
        AcmeProxy hanging = stack.acmeProxy(HANGING);
        Fault fault = hanging.faults().at(RequestKind.AUTHORIZATION).switchOn(Misbehaviour.hangs());
        request(HANGING);
        Await.until("the hanging CA has its share of the orders", LIMIT, () -> fault.injections() >= IN_PROGRESS / 2);
        Await.until("an order shows that it waits", LIMIT, () -> names(HANGING).stream()
                .anyMatch(name -> details(name).contains("waiting-for-capacity")));

        request(HEALTHY);
        Await.until("every certificate of the healthy CA", LIMIT, () -> issued().containsAll(names(HEALTHY)));

        assertThat(issued()).doesNotContainAnyElementsOf(names(HANGING));
        Await.until("an order shows the failure of the CA", LIMIT, () -> names(HANGING).stream()
                .anyMatch(name -> details(name).contains("is not reachable")));

        fault.switchOff();
        Await.until(
                "every certificate of the CA that answers again", LIMIT, () -> issued().containsAll(names(HANGING)));
        names(HANGING)
                .forEach(name ->
                        assertThat(hanging.finalized(domain(name))).as(name).isEqualTo(1));
    }

    private static void request(String issuer) {
        names(issuer)
                .forEach(name -> client.request(
                        name,
                        new CertificateRequested(
                                name,
                                "scenarios",
                                List.of(new RequestedIdentifier("dns", domain(name))),
                                Optional.of(issuer),
                                Optional.empty(),
                                List.of(),
                                Map.of())));
    }

    private static List<String> names(String issuer) {
        return IntStream.range(0, ORDERS).mapToObj(i -> issuer + "-" + i).toList();
    }

    private static String domain(String name) {
        return name + ".bulkhead.test";
    }

    private static Set<String> issued() {
        return events.all(CertificateIssued.class, any -> true).stream()
                .map(CertificateIssued::name)
                .collect(Collectors.toSet());
    }

    private static String details(String name) {
        JsonNode found = client.get("/api/v1/certificates?limit=1&name=" + name);
        return found.at("/items").isEmpty()
                ? ""
                : client.get("/api/v1/certificates/"
                                + found.at("/items/0/certificateId").asText())
                        .toString();
    }
}
