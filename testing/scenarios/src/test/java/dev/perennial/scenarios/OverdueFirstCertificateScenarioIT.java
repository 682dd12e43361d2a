package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.process.Await;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The only outage after which one intent may have two certificates (ADR 10, case c): a CA issues the first certificate of
 * a name, its response is lost, and it stays unavailable until the first certificate is overdue.
 */
class OverdueFirstCertificateScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String NAME = "overdue";
    private static final String DNS_NAME = NAME + ".demo.test";

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .sites(List.of(Site.of(NAME, DNS_NAME)))
            .issuerWithOwnProxy(SharedFleet.PRIMARY, Map.of("fallbacks", List.of(SharedFleet.STANDBY)))
            .issuerWithOwnProxy(SharedFleet.STANDBY, Map.of())
            .serviceProperty("order-service", "perennial.failover.failure-timeout", "2s")
            .serviceProperty("order-service", "perennial.failover.first-certificate-timeout", "10s")
            .serviceProperty("order-service", "perennial.supervision.attempt-retry-intervals", "1s,2s")
            .serviceProperty("validation-service", "perennial.validation.retry-timeout", "2s")
            .serviceProperty("issuance-service", "perennial.issuance.retry-timeout", "2s")
            .serviceProperty("issuance-service", "perennial.issuance.next-attempt-interval", "1s"));

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
    void deploysACertificateOfTheFallbackAndRecordsTheFirstOneAsUnused() throws Exception {
        // given: the primary CA issues, and is unavailable from then on
        stack.acmeProxy(SharedFleet.PRIMARY).faults().at(RequestKind.FINALIZE).switchOn(Misbehaviour.losesAnswer());
        Fault download = stack.acmeProxy(SharedFleet.PRIMARY)
                .faults()
                .at(RequestKind.CERTIFICATE)
                .switchOn(Misbehaviour.dropsConnection());
        client.request(client.certificate(NAME, SharedFleet.PRIMARY, List.of(DNS_NAME)));
        Await.until(
                "a certificate of the primary CA",
                LIMIT,
                () -> stack.acmeProxy(SharedFleet.PRIMARY).finalized(DNS_NAME) == 1);
        stack.acmeProxy(SharedFleet.PRIMARY).stop();

        // then: the fallback issues when the first certificate is overdue
        CertificateDeployed deployed =
                events.await(CertificateDeployed.class, it -> it.name().equals(NAME));
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), DNS_NAME)))
                .isEqualTo(deployed.fingerprint());
        assertThat(stack.acmeProxy(SharedFleet.STANDBY).finalized(DNS_NAME)).isEqualTo(1);
        assertThat(timeline(deployed).toString()).contains("no certificate is served, and the order was created at");

        // when: the primary CA is available again
        download.switchOff();
        stack.acmeProxy(SharedFleet.PRIMARY).start();
        checkUnresolvedOrdersNow();

        // then: its certificate is recorded and not used
        Await.until("the first certificate on the timeline", LIMIT, () -> timeline(deployed)
                .toString()
                .contains("certificate.unused"));
        assertThat(Files.readString(stack.run().log("order-service")))
                .contains("ALARM: the issuer primary issued a certificate for an ACME order that was left");
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), DNS_NAME)))
                .isEqualTo(deployed.fingerprint());
        assertThat(stack.pebble().issued()).hasSize(2);
    }

    private static JsonNode timeline(CertificateDeployed deployed) {
        return client.get("/api/v1/certificates/" + deployed.certificateId()).path("timeline");
    }

    /** Unresolved ACME orders are checked every five minutes. */
    private static void checkUnresolvedOrdersNow() throws Exception {
        try (var database = stack.postgres().connect();
                var statement = database.createStatement()) {
            statement.execute("UPDATE unresolved_acme_order SET check_at = now()");
        }
    }
}
