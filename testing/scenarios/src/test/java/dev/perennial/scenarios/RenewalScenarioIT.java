package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.EventCodec;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.RenewalStarted;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.process.Await;
import java.net.http.HttpRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Renewals by schedule, by the CA's renewal information, and by request. */
class RenewalScenarioIT {
    private static final Duration POLL = SharedFleet.RENEWAL_INFO_INTERVAL;

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(
            Site.of("shop", "shop.demo.test"), Site.of("till", "till.demo.test"), Site.of("desk", "desk.demo.test"));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    /** Moves the dates in the database by 80 of 90 days, because the CA's clock cannot be changed. */
    @Test
    void renewsRepeatedlyWithoutARequest() throws Exception {
        CertificateDeployed served = served("shop");

        for (int certificates = 2; certificates <= 3; certificates++) {
            age(served, 80);
            served = next(served);
            assertServed(served, "shop.demo.test");
            assertThat(stack.acmeProxy().finalized("shop.demo.test")).isEqualTo(certificates);
        }

        assertThat(stack.pebble().issued())
                .filteredOn(issued -> issued.names().contains("shop.demo.test"))
                .hasSize(3);
    }

    @Test
    void replacesAndProvesACertificateThatTheCaIsAboutToRevoke() {
        CertificateDeployed old = served("till");
        Instant now = Instant.now();

        stack.pebble().suggest(old.serial(), """
            {"suggestedWindow":{"start":"%s","end":"%s"},"explanationURL":"https://ca.example.com/incident"}\
            """.formatted(now.minusSeconds(7200), now.minusSeconds(3600)));
        CertificateDeployed replacement = next(old);

        assertThat(Duration.between(now, Instant.now())).isLessThan(POLL.plus(Duration.ofMinutes(5)));
        assertServed(replacement, "till.demo.test");
        RenewalStarted started = started(old);
        assertThat(started.cause()).isEqualTo("SUGGESTED_WINDOW");
        assertThat(started.orderId()).isEqualTo(replacement.orderId());
        // Distinct, because a request is repeated after a refused nonce.
        assertThat(stack.acmeProxy().replaced("till.demo.test").stream().distinct())
                .hasSize(1);
        assertThat(stack.acmeProxy().finalized("till.demo.test")).isEqualTo(2);
        assertThat(Cli.of(stack).run("show", "till").output())
                .contains("renewal.suggested", "https://ca.example.com/incident", "suggested window");
    }

    @Test
    void renewsOnRequestByCommandLineRestAndEvent() {
        CertificateDeployed first = served("desk");

        Cli.Result renewed = Cli.of(stack).run("renew", "desk", "--reason", "a test", "--wait");
        assertThat(renewed.exitCode()).as(renewed.output()).isZero();
        CertificateDeployed second = next(first);

        assertThat(renew(second.certificateId()).statusCode()).isEqualTo(202);
        CertificateDeployed third = next(second);

        client.send(
                headers(),
                EventCodec.encode(new RenewalRequested(
                        Optional.of(third.certificateId()), Optional.empty(), Optional.empty(), Optional.empty())));
        CertificateDeployed fourth = next(third);

        assertServed(fourth, "desk.demo.test");
        assertThat(stack.acmeProxy().finalized("desk.demo.test")).isEqualTo(4);
        assertThat(List.of(first, second, third))
                .allSatisfy(it -> assertThat(started(it).cause()).isEqualTo("RENEWAL_REQUESTED"));
    }

    private static CertificateDeployed served(String name) {
        client.request(client.certificate(name, name + ".demo.test"));
        return events.await(
                CertificateDeployed.class, deployed -> deployed.name().equals(name));
    }

    /** Waits until the certificate's replacement is deployed. */
    private static CertificateDeployed next(CertificateDeployed before) {
        RenewalStarted started = started(before);
        return events.await(
                CertificateDeployed.class, deployed -> deployed.orderId().equals(started.orderId()));
    }

    private static RenewalStarted started(CertificateDeployed before) {
        return events.await(
                RenewalStarted.class, started -> started.replaces().equals(Optional.of(before.fingerprint())));
    }

    private static void assertServed(CertificateDeployed deployed, String serverName) {
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), serverName)))
                .isEqualTo(deployed.fingerprint());
    }

    private static java.net.http.HttpResponse<String> renew(CertificateId certificate) {
        return client.call(
                HttpRequest.newBuilder(stack.rest().resolve("/api/v1/certificates/" + certificate + "/renewals"))
                        .header("Content-Type", "application/json")
                        .header("Authorization", "Bearer " + stack.restToken())
                        .header("Idempotency-Key", "renew-1")
                        .POST(HttpRequest.BodyPublishers.ofString("{}")));
    }

    private static Map<String, String> headers() {
        Map<String, String> headers = new TreeMap<>(client.headers("renewal-1"));
        headers.put("ce_type", "renewal.requested");
        return headers;
    }

    private static void age(CertificateDeployed served, int days) throws SQLException {
        // The agent publishes the deployment; the order-service may process it later than this test.
        Await.until("deployment in the inventory", Duration.ofSeconds(30), () -> {
            JsonNode certificate =
                    client.get("/api/v1/certificates/" + served.certificateId()).path("certificate");
            return certificate.path("state").asText().equals("DEPLOYED")
                    && certificate.at("/issued/fingerprint").asText().equals(served.fingerprint());
        });
        try (Connection database = stack.postgres().connect();
                Statement statement = database.createStatement()) {
            statement.execute("UPDATE issued_certificate SET not_before = not_before - interval '" + days
                    + " days', not_after = not_after - interval '" + days + " days' WHERE fingerprint = '"
                    + served.fingerprint() + "'");
            statement.execute("UPDATE scheduled_task SET due_at = now() WHERE kind = 'RENEW' AND certificate_id = '"
                    + served.certificateId() + "'");
        }
    }
}
