package dev.perennial.orders.order;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Initiator;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InitiatorIT {
    private static final Caller TEAM = Caller.ofTopic("certificate.requests.web");
    private static final String WRITERS_OF_TOPIC = "topic:certificate.requests.web";
    private static final String SERVICE = "/perennial/order-service";

    private final ServiceFixture parts = new ServiceFixture();
    private final Instant start = parts.clock.instant();

    @Test
    void isTheRequesterInTheOrderInEachEventAndOnTheTimeline() {
        AcceptedOrder answer = ordered("shop");

        IssuedFixture.issue(parts, parts.order(answer), start, Duration.ofDays(90));

        assertThat(parts.order(answer).initiator()).isEqualTo(new Initiator(WRITERS_OF_TOPIC));
        assertThat(events())
                .containsExactly("certificate.accepted " + WRITERS_OF_TOPIC, "order.placed " + WRITERS_OF_TOPIC);
        assertThat(timeline(answer.certificateId()))
                .containsExactly(
                        "certificate.requested " + WRITERS_OF_TOPIC,
                        "order.placed " + WRITERS_OF_TOPIC,
                        "certificate.issued " + WRITERS_OF_TOPIC);
    }

    @Test
    void isThisServiceForWhatNoOneRequested() {
        CertificateId id = ordered("shop").certificateId();
        issueLatest(id);

        parts.database.inTransaction(tx -> new FollowUpOrders(tx)
                .order(id, OrderCause.LIFETIME_SPENT, Map.of(), Outbox.SYSTEM, parts.clock.instant()));

        assertThat(latest(id).initiator()).isEqualTo(new Initiator(SERVICE));
        assertThat(events()).endsWith("renewal.started " + SERVICE);
        assertThat(timeline(id)).endsWith("renewal.started " + SERVICE);
    }

    @Test
    void isTheRequesterOfARenewalAndNotOfTheCertificate() {
        CertificateId id = ordered("shop").certificateId();
        issueLatest(id);

        parts.database.inTransaction(tx ->
                new FollowUpOrders(tx).request(id, Map.of(), new Initiator("user:alice@corp"), parts.clock.instant()));

        assertThat(latest(id).initiator()).isEqualTo(new Initiator("user:alice@corp"));
        assertThat(events()).endsWith("renewal.started user:alice@corp");
        assertThat(timeline(id)).endsWith("renewal.started user:alice@corp");
    }

    @Test
    void isTheRequesterOfARefusedRequest() {
        parts.certificateRequests.submit(submission("r1", request("shop", List.of(), "shop.elsewhere.org")));

        assertThat(events()).containsExactly("certificate.refused " + WRITERS_OF_TOPIC);
    }

    @Test
    void isThisServiceIfTheStoredOneCannotBeRead() {
        AcceptedOrder answer = ordered("shop");

        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET initiator = E'a\\nb'"));

        assertThat(parts.order(answer).initiator()).isEqualTo(new Initiator(SERVICE));
    }

    private AcceptedOrder ordered(String name) {
        return ServiceFixture.accepted(parts.certificateRequests.submit(
                submission(name, request(name, List.of("web-1"), name + ".example.com"))));
    }

    private static <T> Submission<T> submission(String id, T body) {
        return new Submission<>(
                TEAM, "test", id, Optional.empty(), false, Optional.of(ServiceFixture.TRACEPARENT), body);
    }

    private void issueLatest(CertificateId id) {
        IssuedFixture.issue(parts, latest(id), start, Duration.ofDays(90));
    }

    private StoredOrder latest(CertificateId id) {
        return parts.database.inTransaction(tx -> new Certificates(tx)
                .find(id)
                .flatMap(certificate -> certificate.latestOrder())
                .flatMap(new Orders(tx)::find)
                .orElseThrow());
    }

    /** Type and initiator of each event, in order. */
    private List<String> events() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT type || ' ' || initiator FROM outbox ORDER BY seq")
                        .mapTo(String.class)
                        .list());
    }

    private List<String> timeline(CertificateId id) {
        return parts.database.inTransaction(tx -> new Timeline(tx)
                .of(id).stream()
                        .map(entry -> entry.entry() + " " + entry.initiator().orElseThrow())
                        .toList());
    }
}
