package dev.perennial.orders.placement;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static dev.perennial.orders.placement.PlacerRuns.once;
import static dev.perennial.orders.placement.PlacerRuns.placer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetryPolicy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts first = new FakeAccounts();
    private final FakeAccounts second = new FakeAccounts();
    private final Placer placer =
            placer(parts, new Cas(Map.of("local", first, "second", second, "staging", second)), 8);

    FailoverIT() {
        parts.candidates = spec -> List.of("local", "second");
    }

    /** Several CAs. */
    private record Cas(Map<String, FakeAccounts> byName) implements AcmeAccounts {
        @Override
        public AcmeAccount of(String issuer, Registration registration) {
            return byName.get(issuer);
        }
    }

    @Test
    void usesTheFallbackWhileTheIssuerIsDown() {
        first.behaviour = FailoverIT::unavailable;
        AcceptedOrder during = order("during");
        tryUntilPlaced(during);

        assertThat(parts.order(during).issuer()).isEqualTo("second");
        assertThat(placedIssuers()).containsExactly("second");
        assertThat(first.placed).hasValue(0);

        tryUntilPlaced(order("probe-while-down"));
        tryOnce(order("no-second-probe"));
        assertThat(placedIssuers()).containsExactly("second", "second", "second");

        first.behaviour = first::accept;
        parts.database.inTransaction(tx -> tx.execute("UPDATE failing_issuer SET probe_at = now()"));
        tryOnce(order("probe"));
        tryOnce(order("after"));

        assertThat(placedIssuers()).containsExactly("second", "second", "second", "local", "local");
        assertThat(parts.count("failing_issuer")).isZero();
    }

    @Test
    void usesNoFallbackThatTheOwnerMayNotUse() {
        AcceptedOrder before = order("before-the-policy");
        parts.applyPolicy("{\"owners\":{\"web\":{\"issuers\":[\"local\"]}}}");
        first.behaviour = FailoverIT::unavailable;
        AcceptedOrder after = order("after-the-policy");
        for (int i = 0; i < 8; i++) {
            dueNow();
            once(placer);
        }
        assertThat(second.placed).hasValue(0);
        assertThat(parts.count("failing_issuer")).as("the issuer is down").isOne();
        assertThat(parts.order(after).issuer()).isEqualTo("local");

        parts.applyPolicy("{\"owners\":{\"web\":{\"issuers\":[\"local\",\"staging\"]}}}");
        parts.candidates = spec -> List.of("local", "second", "staging");
        dueNow();
        once(placer);

        assertThat(placedIssuers()).containsOnly("staging").isNotEmpty();
        assertThat(parts.order(before).state()).isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void keepsAnOverdueOrderAtItsCaIfTheOwnerMayUseNoOther() {
        parts.applyPolicy("{\"owners\":{\"web\":{\"issuers\":[\"local\"]}}}");
        AcceptedOrder answer = order("overdue-alone");
        tryOnce(answer);
        StoredOrder placed = parts.order(answer);
        for (int i = 0; i < 3; i++) {
            reportUnavailable(placed);
        }
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET created_at = now() - interval '5 hours'"));

        reportUnavailable(placed);

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Authorized.class);
        assertThat(parts.order(answer).unresolvedIssuer()).isEmpty();
    }

    /** As in an outage of the issuer during which an administrator removes the policy of the owner. */
    @Test
    void usesTheIssuerOfTheCertificateAlthoughTheOwnerMayNotUseItAnyMore() {
        AcceptedOrder answer = order("former");
        parts.applyPolicy("{\"otherOwners\":\"DENIED\"}");

        tryOnce(answer);

        assertThat(placedIssuers()).containsExactly("local");
    }

    @Test
    void probesTheIssuerWithOneOfManyOrders() {
        first.behaviour = FailoverIT::unavailable;
        tryUntilPlaced(order("during"));
        tryUntilPlaced(order("probe-while-down"));
        parts.database.inTransaction(tx -> tx.execute("UPDATE failing_issuer SET probe_at = now()"));
        first.behaviour = first::accept;
        for (int i = 0; i < 5; i++) {
            order("many-" + i);
        }

        once(placer);

        assertThat(placedIssuers()).filteredOn("local"::equals).hasSize(1);
        assertThat(placedIssuers()).filteredOn("second"::equals).hasSize(6);
    }

    @Test
    void placesOrdersWhileARowOfAFailingIssuerIsLocked() {
        first.behaviour = FailoverIT::unavailable;
        tryUntilPlaced(order("during"));
        parts.database.inTransaction(tx -> tx.execute("UPDATE failing_issuer SET probe_at = now()"));
        AcceptedOrder other = order("other");
        try (ServiceFixture.RowLock held = parts.locking("SELECT * FROM failing_issuer")) {
            once(placer);
        }

        assertThat(parts.order(other).issuer()).isEqualTo("second");
        assertThat(parts.order(other).state()).isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void usesAnOrderAsAProbeOnce() {
        first.behaviour = FailoverIT::unavailable;
        tryUntilPlaced(order("during"));
        AcceptedOrder unlucky = order("unlucky");
        once(placer);
        assertThat(parts.order(unlucky).state()).isInstanceOf(OrderState.Due.class);

        // The probe interval has passed.
        parts.database.inTransaction(tx -> tx.execute("UPDATE failing_issuer SET probe_at = now()"));
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'"));
        tryOnce(unlucky);

        assertThat(parts.order(unlucky).issuer()).isEqualTo("second");
    }

    @Test
    void usesNoFallbackAfterARefusalOfTheCa() {
        first.behaviour = identifiers ->
                new NewOrderResult.Refused(Problem.of(ErrorCode.CA_REFUSED, "caa: a record forbids this CA"));
        for (int i = 0; i < 5; i++) {
            tryOnce(order("refused-" + i));
        }

        assertThat(second.placed).hasValue(0);
        assertThat(parts.count("failing_issuer")).isZero();
    }

    @Test
    void keepsAPlacedOrderAtItsCa() {
        AcceptedOrder answer = order("placed");
        tryOnce(answer);
        StoredOrder placed = parts.order(answer);
        for (int i = 0; i < 5; i++) {
            reportUnavailable(placed);
        }

        StoredOrder after = parts.order(answer);

        assertThat(after.issuer()).isEqualTo("local");
        assertThat(after.state()).isInstanceOf(OrderState.Authorized.class);
        assertThat(parts.count("failing_issuer")).isEqualTo(1);
    }

    @Test
    void asksTheFallbackWhenTheFirstCertificateIsOverdue() {
        AcceptedOrder answer = order("overdue");
        tryOnce(answer);
        StoredOrder placed = parts.order(answer);
        reportUnavailable(placed);
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET created_at = now() - interval '4 hours 1 second'"));

        reportUnavailable(placed);
        StoredOrder left = parts.order(answer);
        tryUntilPlaced(answer);

        assertThat(left.state()).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).isEqualTo(2);
            assertThat(due.lastProblem().orElseThrow().detail()).contains("no certificate is served");
        });
        assertThat(left.unresolvedIssuer()).contains("local");
        assertThat(placedIssuers()).containsExactly("local", "second");
        assertThat(mayHaveASecondCertificate()).containsExactly(false, true);
        assertThat(timeline()).anySatisfy(detail -> assertThat(detail)
                .contains("nextAttemptBecause", "no certificate is served", "unresolvedAcmeOrder"));
    }

    @Test
    void keepsAnOrderAtItsCaIfItIsOverdueOnlyByAClockThatIsAhead() {
        AcceptedOrder answer = order("ahead");
        tryOnce(answer);
        StoredOrder placed = parts.order(answer);
        OrderTransitions ahead = new OrderTransitions(
                new Lifecycle(Duration.ofMinutes(5), RetryPolicy.DEFAULT),
                parts.failover,
                Clock.offset(parts.clock, Duration.ofHours(5)),
                parts.meters);

        reportUnavailable(ahead, placed);

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Authorized.class);
        assertThat(parts.order(answer).unresolvedIssuer()).isEmpty();
    }

    @Test
    void keepsAnOverdueOrderAtItsCaIfNoOtherCaIsAvailable() {
        parts.candidates = spec -> List.of("local");
        AcceptedOrder answer = order("alone");
        tryOnce(answer);
        StoredOrder placed = parts.order(answer);
        for (int i = 0; i < 3; i++) {
            reportUnavailable(placed);
        }
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET created_at = now() - interval '5 hours'"));

        reportUnavailable(placed);

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Authorized.class);
        assertThat(parts.order(answer).unresolvedIssuer()).isEmpty();
    }

    private List<String> timeline() {
        return parts.database.inTransaction(tx -> tx.createQuery("SELECT detail::text FROM timeline ORDER BY seq")
                .mapTo(String.class)
                .list());
    }

    private List<Boolean> mayHaveASecondCertificate() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("""
                SELECT (convert_from(data, 'UTF8')::jsonb -> 'order' ->> 'secondCertificateAllowed')::boolean FROM outbox
                WHERE type = 'order.placed' ORDER BY seq""").mapTo(Boolean.class).list());
    }

    private void reportUnavailable(StoredOrder order) {
        reportUnavailable(parts.transitions, order);
    }

    private void reportUnavailable(OrderTransitions transitions, StoredOrder order) {
        parts.database.inTransaction(tx -> transitions.apply(
                tx,
                order.id(),
                new Input.IssuanceFailed(1, Problem.of(ErrorCode.CA_UNAVAILABLE, "HTTP 503"), Finalization.MAYBE)));
    }

    private static NewOrderResult unavailable(List<Identifier> identifiers) {
        throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "HTTP 503"));
    }

    private AcceptedOrder order(String name) {
        return parts.accepted(name, request(name, List.of(), name + ".example.com"));
    }

    private void tryUntilPlaced(AcceptedOrder answer) {
        for (int i = 0; i < 10 && parts.order(answer).state() instanceof OrderState.Due; i++) {
            dueNow();
            once(placer);
        }
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Placed.class);
    }

    private void dueNow() {
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'"));
    }

    private void tryOnce(AcceptedOrder answer) {
        once(placer);
        assertThat(parts.order(answer).state()).isNotInstanceOf(OrderState.Due.class);
    }

    /** The issuers of the published orders, in order. */
    private List<String> placedIssuers() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("""
                SELECT convert_from(data, 'UTF8')::jsonb -> 'order' ->> 'issuer' FROM outbox
                WHERE type = 'order.placed' ORDER BY seq""").mapTo(String.class).list());
    }
}
