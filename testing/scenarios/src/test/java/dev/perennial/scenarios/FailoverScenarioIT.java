package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderPlaced;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The requested CA becomes unavailable and available again. */
class FailoverScenarioIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String PRIMARY = SharedFleet.PRIMARY;
    private static final String STANDBY = SharedFleet.STANDBY;

    @RegisterExtension
    static final SharedFleet FLEET =
            SharedFleet.with(Site.of("before", "before.demo.test"), Site.of("during", "during.demo.test"));

    private static Stack stack;
    private static FleetClient client;
    private static EventRecorder events;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    void placesOrdersAtTheFallbackUntilTheIssuerIsAvailable() throws IOException {
        prove("before");
        assertThat(placedAt("before")).isEqualTo(PRIMARY);

        stack.acmeProxy(PRIMARY).stop();
        prove("during");

        assertThat(placedAt("during")).isEqualTo(STANDBY);
        assertThat(stack.acmeProxy(STANDBY).finalized("during.demo.test")).isEqualTo(1);
        assertThat(Files.readString(stack.run().log("order-service"))).contains("ALARM: the issuer primary is down");
        JsonNode shown = client.get("/api/v1/certificates/" + certificate("during"));
        assertThat(shown.at("/certificate/issuer").asText()).isEqualTo(PRIMARY);
        assertThat(shown.at("/orders/0/issuer").asText()).isEqualTo(STANDBY);

        stack.acmeProxy(PRIMARY).start();
        AtomicInteger number = new AtomicInteger();
        Await.until("an order at the issuer again", LIMIT, () -> placedAt(issue("again-" + number.incrementAndGet()))
                .equals(PRIMARY));

        assertThat(placedAt(issue("after"))).isEqualTo(PRIMARY);
        assertThat(Files.readString(stack.run().log("order-service")))
                .contains("the issuer primary is available again");
    }

    @Test
    void usesNoFallbackIfTheIssuerRefuses() {
        Fault forbidden = stack.acmeProxy(PRIMARY)
                .faults()
                .at(RequestKind.NEW_ORDER)
                .of("forbidden.demo.test")
                .switchOn(Misbehaviour.refuses("caa", "a CAA record forbids this CA"));

        client.request(client.certificate("forbidden", PRIMARY, List.of("forbidden.demo.test")));

        var failed = events.await(OrderFailed.class, f -> f.problem().code() == ErrorCode.CA_REFUSED);
        assertThat(events.all(OrderPlaced.class, p -> p.orderId().equals(failed.orderId())))
                .isEmpty();
        forbidden.switchOff();
    }

    private static void prove(String name) {
        client.request(client.certificate(name, PRIMARY, List.of(name + ".demo.test")));
        events.await(CertificateDeployed.class, deployed -> deployed.name().equals(name));
    }

    /** A certificate without target hosts, because only the issuing CA is tested. */
    private static String issue(String name) {
        CertificateRequested request = client.certificate(name, PRIMARY, List.of(name + ".demo.test"));
        client.request(new CertificateRequested(
                name,
                request.owner(),
                request.identifiers(),
                request.issuer(),
                request.keyType(),
                List.of(),
                request.labels()));
        events.await(CertificateIssued.class, issued -> issued.name().equals(name));
        return name;
    }

    /** The issuer of the certificate's latest order. */
    private static String placedAt(String name) {
        return events.all(OrderPlaced.class, placed -> placed.order().name().equals(name))
                .getLast()
                .order()
                .issuer();
    }

    private static String certificate(String name) {
        return events.all(OrderPlaced.class, placed -> placed.order().name().equals(name))
                .getLast()
                .certificateId()
                .toString();
    }
}
