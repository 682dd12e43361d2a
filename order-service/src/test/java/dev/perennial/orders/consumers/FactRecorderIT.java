package dev.perennial.orders.consumers;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FactRecorderIT {
    private static final String FINGERPRINT = "f1".repeat(32);
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());

    private final ServiceFixture parts = new ServiceFixture();
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock);
    private AcceptedOrder answer;

    @BeforeEach
    void placeAnOrder() {
        answer = parts.accepted("r1", request("shop", List.of("web-1"), "shop.example.com"));
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, answer.orderId(), new Input.Placed(1, ACME)));
    }

    @Test
    void recordsAnOrderUpToTheHandshake() {
        StoredOrder placed = parts.order(answer);

        recorder.record(parts.event(new OrderAuthorized(placed.toEvent(1, ACME))));
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));
        recorder.record(parts.event(deployed()));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Deployed.class);
        Certificate certificate = parts.database.inTransaction(
                tx -> new Certificates(tx).find(answer.certificateId()).orElseThrow());
        assertThat(certificate.issued().orElseThrow().serial()).isEqualTo("ab12");
        List<Timeline.Entry> timeline = parts.database.inTransaction(tx -> new Timeline(tx).of(answer.certificateId()));
        assertThat(timeline)
                .extracting(Timeline.Entry::entry)
                .containsExactly(
                        "certificate.requested",
                        "order.placed",
                        "order.authorized",
                        "certificate.issued",
                        "certificate.deployed");
    }

    @Test
    void ignoresADuplicateFact() {
        CloudEvent event = parts.event(issued(answer.certificateId(), answer.orderId()));
        recorder.record(event);

        assertThat(recorder.record(event)).isEmpty();
        assertThat(parts.count("timeline")).isEqualTo(3);
    }

    @Test
    void acceptsADeploymentReportBeforeTheIssuance() {
        recorder.record(parts.event(deployed()));
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Deployed.class);
    }

    @Test
    void startsANewAttemptAfterARejection() {
        recorder.record(parts.event(rejected(ErrorCode.CHALLENGE_FAILED)));

        StoredOrder order = parts.order(answer);
        assertThat(order.state()).isInstanceOfSatisfying(OrderState.Due.class, due -> assertThat(due.attempt())
                .isEqualTo(2));
        assertThat(order.lastProblem().orElseThrow().code()).isEqualTo(ErrorCode.CHALLENGE_FAILED);
    }

    @Test
    void publishesAnAbandonedOrder() {
        recorder.record(parts.event(rejected(ErrorCode.CA_REFUSED)));

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Failed.class);
        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.placed", "order.failed");
    }

    @Test
    void showsARolledBackHostAndItsLaterSuccess() {
        recorder.record(parts.event(issued(answer.certificateId(), answer.orderId())));
        recorder.record(parts.event(new DeploymentRolledBack(
                answer.certificateId(),
                answer.orderId(),
                "shop",
                "web-1",
                FINGERPRINT,
                "f0",
                Problem.of(ErrorCode.HANDSHAKE_MISMATCH, "the old one is served"))));
        StoredOrder rolledBack = parts.order(answer);

        recorder.record(parts.event(deployed()));

        assertThat(rolledBack.state()).isInstanceOf(OrderState.Undeployed.class);
        assertThat(rolledBack.lastProblem().orElseThrow().code()).isEqualTo(ErrorCode.HANDSHAKE_MISMATCH);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Deployed.class);
        assertThat(parts.order(answer).lastProblem()).isEmpty();
    }

    @Test
    void refusesFactsAboutAnOrderOfAnotherCertificate() {
        Optional<Decision> decision = recorder.record(parts.event(issued(CertificateId.next(), answer.orderId())));

        assertThat(decision).containsInstanceOf(Decision.Refused.class);
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void refusesFactsAboutAnUnknownOrder() {
        Optional<Decision> decision = recorder.record(parts.event(issued(CertificateId.next(), OrderId.next())));

        assertThat(decision).containsInstanceOf(Decision.Refused.class);
        assertThat(parts.meters
                        .counter("perennial_refused_inputs_total", "input", "certificate.issued")
                        .count())
                .isEqualTo(1);
    }

    private CertificateIssued issued(CertificateId certificate, OrderId order) {
        Instant now = parts.clock.instant();
        return new CertificateIssued(
                certificate,
                order,
                1,
                "shop",
                List.of(),
                List.of("web-1"),
                "ab12",
                FINGERPRINT,
                now,
                now.plus(Duration.ofDays(90)),
                List.of("-----BEGIN CERTIFICATE-----"),
                "certificates/" + certificate,
                1,
                false,
                Optional.empty());
    }

    private CertificateDeployed deployed() {
        return new CertificateDeployed(
                answer.certificateId(),
                answer.orderId(),
                "shop",
                "web-1",
                "ab12",
                FINGERPRINT,
                "127.0.0.1:443",
                "shop.example.com",
                "TLSv1.3",
                "g1");
    }

    private OrderRejected rejected(ErrorCode code) {
        return new OrderRejected(
                answer.certificateId(),
                answer.orderId(),
                1,
                List.of(new IdentifierProblem(
                        dev.perennial.events.Identifier.dns("shop.example.com"), Problem.of(code, "for the test"))));
    }
}
