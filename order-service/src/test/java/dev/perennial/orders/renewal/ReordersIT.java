package dev.perennial.orders.renewal;

import static dev.perennial.orders.parts.Parts.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.parts.Parts;
import dev.perennial.orders.requests.Answer;
import dev.perennial.orders.scheduling.Chore;
import dev.perennial.orders.scheduling.Chores;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Issued;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Cause;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReordersIT {
    private static final String FINGERPRINT = "80".repeat(32);

    private final Parts parts = new Parts();
    private final Instant notAfter = parts.clock.instant().plus(Duration.ofDays(90));
    private Answer.Accepted answer;

    @BeforeEach
    void placeAnOrder() {
        answer = parts.accepted("r1", request("shop", List.of("web-1"), "shop.example.com"));
        AcmeOrder acme = new AcmeOrder(
                URI.create("https://ca.test/order/1"),
                URI.create("https://ca.test/finalize/1"),
                List.of(),
                Optional.empty());
        parts.database.inTransaction(tx -> parts.moves.apply(tx, answer.orderId(), new Input.Placed(1, acme)));
    }

    @Test
    void looksAtWhatWasIssuedAtOnce() {
        issue();

        Issued issued = parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(answer.certificateId()).orElseThrow());
        assertThat(issued.fingerprint()).isEqualTo(FINGERPRINT);
        assertThat(issued.spread()).isEqualTo(0.5, org.assertj.core.data.Offset.offset(0.01));
        assertThat(due(Chore.RENEW, Duration.ofMinutes(1))).containsExactly(answer.certificateId());
        assertThat(due(Chore.POLL_ARI, Duration.ofMinutes(1))).containsExactly(answer.certificateId());
    }

    @Test
    void makesTheNextOrderOfACertificateThatIsServed() {
        issue();

        Reorders.Outcome outcome = reorder(Cause.FORCED);

        assertThat(outcome).isInstanceOfSatisfying(Reorders.Outcome.Ordered.class, made -> {
            StoredOrder order = parts.database.inTransaction(
                    tx -> new Orders(tx).find(made.order()).orElseThrow());
            assertThat(order.state()).isInstanceOf(OrderState.Due.class);
            assertThat(order.cause()).isEqualTo(Cause.FORCED);
            assertThat(order.spec()).isEqualTo(parts.order(answer).spec());
            assertThat(parts.database
                            .inTransaction(tx -> new Certificates(tx).find(answer.certificateId()))
                            .orElseThrow()
                            .latestOrder())
                    .contains(made.order());
        });
    }

    @Test
    void makesNoSecondOrderWhileOneIsUnderWay() {
        assertThat(reorder(Cause.FORCED)).isEqualTo(new Reorders.Outcome.UnderWay(answer.orderId()));
        issue();
        reorder(Cause.FORCED);

        assertThat(reorder(Cause.REVOKED)).isInstanceOf(Reorders.Outcome.UnderWay.class);
        assertThat(parts.count("certificate_order")).isEqualTo(2);
    }

    @Test
    void hasNothingToOrderForACertificateThatNobodyKnows() {
        assertThat(parts.database.<Reorders.Outcome>inTransaction(tx ->
                        new Reorders(tx).order(CertificateId.next(), Cause.FORCED, Map.of(), parts.clock.instant())))
                .isEqualTo(new Reorders.Outcome.Unknown());
    }

    private Reorders.Outcome reorder(Cause cause) {
        return parts.database.inTransaction(
                tx -> new Reorders(tx).order(answer.certificateId(), cause, Map.of(), parts.clock.instant()));
    }

    private List<CertificateId> due(Chore chore, Duration in) {
        return parts.database.inTransaction(tx -> {
            Instant then = parts.clock.instant().plus(in);
            List<CertificateId> due = new Chores(tx).lease(chore, 10, then, then);
            tx.rollback();
            return due;
        });
    }

    private void issue() {
        new FactRecorder(parts.database, parts.moves, parts.budget, parts.clock, parts.wakeups)
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
                        false)));
    }
}
