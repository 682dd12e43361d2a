package dev.perennial.orders.placement;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.OrderDeadlines;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
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
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SupervisorIT {
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());
    private static final Problem BROKEN = Problem.of(ErrorCode.CONFIG_TEST_FAILED, "nginx -t says no");

    private final ServiceFixture parts = new ServiceFixture();
    private final Supervisor supervisor =
            new Supervisor(parts.database, parts.transitions, new PlacerSetup(64), parts.clock);
    private AcceptedOrder answer;

    @BeforeEach
    void issueForTwoHostsWithOneFailure() {
        answer = parts.accepted("r1", request("shop", List.of("web-1", "web-2"), "shop.example.com"));
        issue(answer.orderId());
        move(answer.orderId(), new Input.Deployed("web-1", "f1"));
        move(answer.orderId(), new Input.DeploymentFailed("web-2", "f1", BROKEN));
    }

    @Test
    void sendsNoReminderBeforeItsTime() {
        supervisor.round();

        assertThat(parts.facts()).doesNotContain("deployment.overdue");
    }

    @Test
    void remindsHostsOfAnOverdueDeployment() {
        overdue(answer.orderId());

        supervisor.round();
        supervisor.round();

        assertThat(parts.facts()).containsOnlyOnce("deployment.overdue");
        assertThat(reminder()).contains("\"hosts\":[\"web-2\"]", "\"attempt\":1,");
        assertThat(order(answer.orderId()).state())
                .isInstanceOfSatisfying(
                        OrderState.Undeployed.class,
                        it -> assertThat(it.watch().orElseThrow().reminders()).isEqualTo(1));
        List<Timeline.Entry> timeline = parts.database.inTransaction(tx -> new Timeline(tx).of(answer.certificateId()));
        assertThat(timeline).extracting(Timeline.Entry::entry).contains("deadline.passed");
        assertThat(parts.meters.counter("perennial_overdue_deployments_total").count())
                .isEqualTo(1);
    }

    @Test
    void stopsWaitingForHostsOfAReplacedCertificate() {
        OrderId next = followUp();
        overdue(answer.orderId());
        supervisor.round();
        assertThat(parts.facts()).as("while it is the newest certificate").contains("deployment.overdue");
        issue(next);
        overdue(answer.orderId());

        supervisor.round();

        assertThat(parts.facts()).containsOnlyOnce("deployment.overdue");
        assertThat(order(answer.orderId()).deadlineAt()).isEmpty();
        assertThat(order(next).deadlineAt()).isPresent();
    }

    /** It has an ACME order at which a certificate may be issued, so that it is resumed like any other. */
    @Test
    void resumesAnOrderInFlightAlthoughANewerOneIsIssued() {
        issue(followUp());
        parts.database.inTransaction(tx -> {
            new Orders(tx)
                    .move(
                            answer.orderId(),
                            new OrderState.Placed(1, ACME, 0, parts.clock.instant(), Map.of()),
                            parts.clock.instant());
            return tx;
        });
        overdue(answer.orderId());

        supervisor.round();

        assertThat(order(answer.orderId()).deadlineAt().orElseThrow()).isAfter(parts.clock.instant());
        assertThat(parts.facts()).last().isEqualTo("order.placed");
    }

    @Test
    void processesOrdersOfOtherOwnersBesideManyOverdueOrdersOfOne() {
        overdueOrders("flood", 150, Duration.ofHours(2));
        overdue(answer.orderId());

        supervisor.round();

        assertThat(parts.facts()).contains("deployment.overdue");
        assertThat(parts.facts().stream().filter("order.placed"::equals)).hasSize(100);
    }

    @Test
    void processesTheOthersWhileARowIsLocked() {
        AcceptedOrder other = parts.accepted("r2", request("other", List.of(), "other.example.com"));
        move(other.orderId(), new Input.Placed(1, ACME));
        overdue(answer.orderId());
        overdue(other.orderId());
        try (ServiceFixture.RowLock held =
                parts.locking("SELECT * FROM certificate_order WHERE id = '" + answer.orderId() + "'")) {
            supervisor.round();

            assertThat(order(other.orderId()).deadlineAt().orElseThrow()).isAfter(parts.clock.instant());
            assertThat(parts.facts()).doesNotContain("deployment.overdue");
        }
        supervisor.round();
        assertThat(parts.facts()).contains("deployment.overdue");
    }

    @Test
    void processesTheOthersOfAnOwnerWhileAHundredOfItsRowsAreLocked() {
        overdueOrders("flood", 101, Duration.ofHours(2));
        parts.database.inTransaction(tx ->
                tx.execute("UPDATE certificate_order SET deadline_at = now() - interval '1 hour' WHERE name = 'n101'"));
        long before = placed();
        try (ServiceFixture.RowLock held =
                parts.locking("SELECT * FROM certificate_order WHERE owner = 'flood' AND name <> 'n101'")) {
            assertThat(supervisor.round()).as("another round at once").isFalse();

            assertThat(placed()).isEqualTo(before + 1);
        }
    }

    private long placed() {
        return parts.facts().stream().filter("order.placed"::equals).count();
    }

    @Test
    void correctsWaitsThatWereStoredWithAClockThatWasAhead() {
        Instant now = parts.clock.instant();
        Instant ahead = now.plus(Duration.ofHours(2));
        parts.database.inTransaction(tx -> {
            new OrderDeadlines(tx).postponeDeadline(answer.orderId(), ahead.plusSeconds(300), ahead);
            return tx;
        });

        supervisor.round();

        assertThat(order(answer.orderId()).deadlineAt().orElseThrow()).isBetween(now, now.plusSeconds(360));
    }

    /** A hundred such rows would otherwise be the whole batch of every round. */
    @Test
    void doesNotSelectAnIgnoredOrderAgainAtOnce() {
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate_order SET state = 'REHEARSED', deadline_at = NULL WHERE id = ?",
                answer.orderId().value()));
        parts.database.inTransaction(
                tx -> tx.execute("ALTER TABLE certificate_order DROP CONSTRAINT certificate_order_deadline_at"));
        overdue(answer.orderId());

        supervisor.round();

        assertThat(order(answer.orderId()).deadlineAt().orElseThrow()).isAfter(parts.clock.instant());
    }

    @Test
    void treatsAnOrderThatWasCreatedAfterTheCorrectionOfAClockAsNewer() {
        OrderId future = new OrderId(UUID.fromString("0fffffff-0000-7000-8000-000000000000"));
        parts.database.inTransaction(tx -> {
            tx.execute("DELETE FROM deployment");
            tx.execute(
                    "UPDATE certificate_order SET id = ? WHERE id = ?",
                    future.value(),
                    answer.orderId().value());
            return tx.execute("UPDATE certificate SET latest_order_id = ?", future.value());
        });

        OrderId next = followUp();
        issue(next);
        overdue(future);
        supervisor.round();

        assertThat(next.toString()).isGreaterThan(future.toString());
        assertThat(order(future).deadlineAt()).as("it is replaced").isEmpty();
        List<StoredOrder> newestFirst = parts.database.inTransaction(tx -> new Orders(tx).of(answer.certificateId()));
        assertThat(newestFirst).extracting(StoredOrder::id).containsExactly(next, future);
    }

    private OrderId followUp() {
        return parts.database.inTransaction(tx -> switch (new FollowUpOrders(tx)
                .order(
                        answer.certificateId(),
                        OrderCause.RENEWAL_REQUESTED,
                        Map.of(),
                        Outbox.SYSTEM,
                        parts.clock.instant())) {
            case FollowUpOrders.Outcome.Ordered it -> it.order();
            case FollowUpOrders.Outcome.UnderWay it -> throw new AssertionError(it);
            case FollowUpOrders.Outcome.Unknown it -> throw new AssertionError(it);
        });
    }

    private String reminder() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT convert_from(data, 'UTF8') FROM outbox WHERE type = 'deployment.overdue'")
                        .mapTo(String.class)
                        .one());
    }

    private void issue(OrderId order) {
        move(order, new Input.Placed(1, ACME));
        move(order, new Input.Authorized(1));
        move(order, new Input.Issued(1, "f1", List.of("web-1", "web-2")));
    }

    private void move(OrderId order, Input input) {
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order, input));
    }

    private void overdueOrders(String owner, int count, Duration since) {
        parts.database.inTransaction(tx -> {
            tx.createUpdate("""
                    INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels,
                        created_at, updated_at)
                    SELECT gen_random_uuid(), :owner, 'n' || i, ARRAY[:owner || '-' || i || '.example.com'], 'local', 'EC_P256',
                        '{}', '{}', now(), now()
                    FROM generate_series(1, :count) i""").bind("owner", owner).bind("count", count).execute();
            return tx.createUpdate("""
                    INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, key_type, targets, state,
                        attempt, deadline_at, acme_order, created_at, updated_at)
                    SELECT gen_random_uuid(), id, name, owner, identifiers, issuer, key_type, targets, 'PLACED', 1,
                        now() - make_interval(secs => :since), CAST(:acmeOrder AS jsonb), now(), now()
                    FROM certificate WHERE owner = :owner""")
                    .bind("owner", owner)
                    .bind("since", since.toSeconds())
                    .bind("acmeOrder", Json.write(ACME))
                    .execute();
        });
    }

    private void overdue(OrderId order) {
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate_order SET deadline_at = now() - interval '1 second' WHERE id = ?", order.value()));
    }

    private StoredOrder order(OrderId id) {
        return parts.database.inTransaction(tx -> new Orders(tx).find(id).orElseThrow());
    }
}
