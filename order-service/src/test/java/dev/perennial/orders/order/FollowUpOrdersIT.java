package dev.perennial.orders.order;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowUpOrdersIT {
    private static final String FINGERPRINT = "80".repeat(32);

    private final ServiceFixture parts = new ServiceFixture();
    private final Instant notAfter = parts.clock.instant().plus(Duration.ofDays(90));
    private AcceptedOrder answer;

    @BeforeEach
    void placeAnOrder() {
        answer = parts.accepted("r1", request("shop", List.of("web-1"), "shop.example.com"));
        AcmeOrder acme = new AcmeOrder(
                URI.create("https://ca.test/order/1"),
                URI.create("https://ca.test/finalize/1"),
                List.of(),
                Optional.empty());
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, answer.orderId(), new Input.Placed(1, acme)));
    }

    @Test
    void schedulesTasksAtOnceAfterTheIssuance() {
        issue();

        IssuedCertificate issued = parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(answer.certificateId()).orElseThrow());
        assertThat(issued.fingerprint()).isEqualTo(FINGERPRINT);
        assertThat(issued.jitter()).isEqualTo(0.5, org.assertj.core.data.Offset.offset(0.01));
        assertThat(due(ScheduledTask.RENEW, Duration.ofMinutes(1))).containsExactly(answer.certificateId());
        assertThat(due(ScheduledTask.POLL_ARI, Duration.ofMinutes(1))).containsExactly(answer.certificateId());
    }

    @Test
    void createsTheNextOrderOfAServedCertificate() {
        issue();

        FollowUpOrders.Outcome outcome = reorder(OrderCause.RENEWAL_REQUESTED);

        assertThat(outcome).isInstanceOfSatisfying(FollowUpOrders.Outcome.Ordered.class, made -> {
            StoredOrder order = parts.database.inTransaction(
                    tx -> new Orders(tx).find(made.order()).orElseThrow());
            assertThat(order.state()).isInstanceOf(OrderState.Due.class);
            assertThat(order.cause()).isEqualTo(OrderCause.RENEWAL_REQUESTED);
            assertThat(order.spec()).isEqualTo(parts.order(answer).spec());
            assertThat(parts.database
                            .inTransaction(tx -> new Certificates(tx).find(answer.certificateId()))
                            .orElseThrow()
                            .latestOrder())
                    .contains(made.order());
        });
    }

    @Test
    void returnsTheOrderThatIsUnderWay() {
        assertThat(reorder(OrderCause.RENEWAL_REQUESTED))
                .isEqualTo(new FollowUpOrders.Outcome.UnderWay(answer.orderId()));
        issue();
        reorder(OrderCause.RENEWAL_REQUESTED);

        assertThat(reorder(OrderCause.REVOKED)).isInstanceOf(FollowUpOrders.Outcome.UnderWay.class);
        assertThat(parts.count("certificate_order")).isEqualTo(2);
    }

    @Test
    void reportsAnUnknownCertificate() {
        assertThat(parts.database.<FollowUpOrders.Outcome>inTransaction(tx -> new FollowUpOrders(tx)
                        .order(
                                CertificateId.next(),
                                OrderCause.RENEWAL_REQUESTED,
                                Map.of(),
                                Outbox.SYSTEM,
                                parts.clock.instant())))
                .isEqualTo(new FollowUpOrders.Outcome.Unknown());
    }

    @Test
    void beginsADayAfterACertificateThatCannotBeUsedUnlessAPersonRequestsIt() {
        Instant now = parts.clock.instant();
        Problem mismatch = Problem.of(ErrorCode.CERTIFICATE_MISMATCH, "an extra name");
        parts.database.inTransaction(tx -> {
            new Orders(tx).unusable(answer.orderId(), now);
            return parts.transitions.apply(
                    tx, answer.orderId(), new Input.IssuanceFailed(1, mismatch, Finalization.MAYBE));
        });
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Failed.class);

        OrderId order = ((FollowUpOrders.Outcome.Ordered) reorder(OrderCause.LIFETIME_SPENT)).order();

        StoredOrder waiting =
                parts.database.inTransaction(tx -> new Orders(tx).find(order).orElseThrow());
        Instant begins = waiting.dueAt().orElseThrow();
        assertThat(begins)
                .isBetween(now.plus(Duration.ofDays(1)), parts.clock.instant().plus(Duration.ofDays(1)));
        assertThat(waiting.lastProblem()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.CERTIFICATE_MISMATCH);
            assertThat(problem.nextAttemptAt()).contains(begins);
        });

        assertThat(reorder(OrderCause.REVOKED)).isEqualTo(new FollowUpOrders.Outcome.UnderWay(order));
        assertThat(dueAt(order)).isEqualTo(begins);
        assertThat(reorder(OrderCause.RENEWAL_REQUESTED)).isEqualTo(new FollowUpOrders.Outcome.UnderWay(order));
        assertThat(dueAt(order)).isBeforeOrEqualTo(parts.clock.instant());
    }

    private Instant dueAt(OrderId order) {
        return parts.database.inTransaction(
                tx -> new Orders(tx).find(order).flatMap(StoredOrder::dueAt).orElseThrow());
    }

    private FollowUpOrders.Outcome reorder(OrderCause cause) {
        return parts.database.inTransaction(tx -> new FollowUpOrders(tx)
                .order(answer.certificateId(), cause, Map.of(), Outbox.SYSTEM, parts.clock.instant()));
    }

    private List<CertificateId> due(ScheduledTask task, Duration in) {
        return parts.database.inTransaction(tx -> {
            Instant then = parts.clock.instant().plus(in);
            List<CertificateId> due = new ScheduledTasks(tx).lease(task, 10, then, then);
            tx.rollback();
            return due;
        });
    }

    private void issue() {
        new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused)
                .record(parts.event(new CertificateIssued(
                        answer.certificateId(),
                        answer.orderId(),
                        1,
                        "shop",
                        List.of(),
                        List.of("web-1"),
                        "ab12",
                        FINGERPRINT,
                        notAfter.minus(Duration.ofDays(90)),
                        notAfter,
                        List.of(),
                        "certificates/" + answer.certificateId(),
                        1,
                        false,
                        Optional.empty())));
    }
}
