package dev.perennial.orders.clocks;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.revocation.RevocationTable;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.OrderDeadlines;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.UnresolvedAcmeOrders;
import dev.perennial.orders.store.UnresolvedAcmeOrders.UnresolvedAcmeOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

class ClockCorrectionIT {
    private static final Duration WAIT = Duration.ofMinutes(5);
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());

    private final ServiceFixture parts = new ServiceFixture();
    private final AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
    private final Instant now = parts.clock.instant();
    private final Instant ahead = now.plus(Duration.ofHours(2));

    @Test
    void keepsTheLengthOfTheWaitsOfOrders() {
        AcceptedOrder due = parts.accepted("r2", request("due", List.of(), "due.example.com"));
        parts.database.inTransaction(tx -> {
            new DueOrders(tx).lease(List.of(order(tx, due.orderId())), ahead.plus(WAIT), ahead);
            new Orders(tx).move(answer.orderId(), new OrderState.Placed(1, ACME, 0, ahead.plus(WAIT), Map.of()), ahead);
            return tx;
        });

        correct();

        assertThat(order(due.orderId()).dueAt()).hasValueSatisfying(this::assertWaits);
        assertThat(order(answer.orderId()).deadlineAt()).hasValueSatisfying(this::assertWaits);
    }

    @Test
    void keepsTheLengthOfThePostponementsOfOrders() {
        AcceptedOrder failing = parts.accepted("r2", request("failing", List.of(), "failing.example.com"));
        AcceptedOrder waiting = parts.accepted("r3", request("waiting", List.of(), "waiting.example.com"));
        Problem why = Problem.of(ErrorCode.WAITING_FOR_CAPACITY, "full").nextAttempt(ahead.plus(WAIT));
        parts.database.inTransaction(tx -> {
            place(tx);
            new OrderDeadlines(tx).postponeDeadline(answer.orderId(), ahead.plus(WAIT), ahead);
            new DueOrders(tx).awaitLonger(failing.orderId(), why, ahead);
            new DueOrders(tx).awaitCapacity(Map.of(order(tx, waiting.orderId()), why), ahead);
            return tx;
        });

        correct();

        assertThat(order(answer.orderId()).deadlineAt()).hasValueSatisfying(this::assertWaits);
        assertThat(order(failing.orderId()).dueAt()).hasValueSatisfying(this::assertWaits);
        assertThat(order(waiting.orderId()).dueAt()).hasValueSatisfying(this::assertWaits);
    }

    @Test
    void keepsTheLengthOfTheWaitsOfTasks() {
        parts.database.inTransaction(tx -> {
            ScheduledTasks tasks = new ScheduledTasks(tx);
            Instant expiry = now.plus(Duration.ofDays(90));
            for (ScheduledTask task : ScheduledTask.values()) {
                tasks.set(answer.certificateId(), task, now, expiry, now);
            }
            tasks.set(answer.certificateId(), ScheduledTask.RENEW, ahead.plus(WAIT), expiry, ahead);
            tasks.postpone(answer.certificateId(), ScheduledTask.POLL_ARI, ahead.plus(WAIT), ahead);
            return tasks.lease(ScheduledTask.CHECK_STATUS, 1, ahead.plus(WAIT), ahead);
        });

        correct();

        assertThat(times("SELECT due_at FROM scheduled_task")).hasSize(3).allSatisfy(this::assertWaits);
    }

    @Test
    void keepsTheLengthOfTheWaitsOfRevocations() {
        parts.database.inTransaction(tx -> {
            issued(tx);
            tx.createUpdate("""
                    INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, request_id, retired, state,
                        due_at, revoke_by, attempts, requested_at, updated_at)
                    VALUES ('f1', :id, :id, 'keyCompromise', 'r', false, 'REPLACING', :ahead, :revokeBy, 0, :ahead, :ahead)""")
                    .bind("id", answer.certificateId().value())
                    .bind("ahead", Columns.at(ahead))
                    .bind("revokeBy", Columns.at(ahead.plus(WAIT)))
                    .execute();
            new RevocationTable(tx).check(answer.certificateId(), ahead);
            return tx;
        });

        correct();

        assertThat(times("SELECT due_at FROM revocation")).singleElement().satisfies(due -> assertThat(due)
                .isBefore(now.plus(WAIT)));
        assertThat(times("SELECT revoke_by FROM revocation")).singleElement().satisfies(this::assertWaits);
    }

    @Test
    void keepsTheLengthOfTheWaitsOfReplacements() {
        UUID replacement = UUID.randomUUID();
        parts.database.inTransaction(tx -> {
            tx.createUpdate("""
                    INSERT INTO replacement (id, drill, state, reason, selector, plan, max_concurrent, planned_concurrent,
                        expires_at, created_at, updated_at)
                    VALUES (:id, false, 'RUNNING', 'test', 'all', 'null', 10, 10, now(), now(), now())""").bind("id", replacement).execute();
            return tx.createUpdate("""
                    INSERT INTO replacement_item (replacement_id, rank, certificate_id, fingerprint, state, due_at, scheduled_at)
                    VALUES (:id, 0, :certificate, 'f1', 'WAITING', :due, :ahead)""")
                    .bind("id", replacement)
                    .bind("certificate", answer.certificateId().value())
                    .bind("due", Columns.at(ahead.plus(WAIT)))
                    .bind("ahead", Columns.at(ahead))
                    .execute();
        });

        correct();

        assertThat(times("SELECT due_at FROM replacement_item")).singleElement().satisfies(this::assertWaits);
    }

    @Test
    void keepsTheLengthOfTheWaitsForTheCheckOfAnAcmeOrderThatWasLeft() {
        parts.database.inTransaction(tx -> {
            UnresolvedAcmeOrders left = new UnresolvedAcmeOrders(tx);
            left.add(new UnresolvedAcmeOrder(answer.orderId(), "other-ca", ACME, now));
            return left.take(1, ahead, ahead.plus(WAIT));
        });

        correct();

        assertThat(times("SELECT check_at FROM unresolved_acme_order"))
                .singleElement()
                .satisfies(this::assertWaits);
    }

    @Test
    void correctsTheEndOfAWait() {
        Problem full = Problem.of(ErrorCode.WAITING_FOR_CAPACITY, "full").nextAttempt(now.plus(Duration.ofHours(4)));
        parts.database.inTransaction(tx -> {
            DueOrders orders = new DueOrders(tx);
            orders.await(answer.orderId(), full, now);
            orders.endWait(answer.orderId(), ahead);
            return tx;
        });

        correct();

        assertThat(parts.order(answer).dueAt().orElseThrow()).isBefore(now.plus(WAIT));
    }

    @Test
    void correctsTheEndOfAQuarantine() {
        Problem quarantined =
                Problem.of(ErrorCode.NAME_QUARANTINED, "of this test").nextAttempt(now.plus(Duration.ofHours(4)));
        parts.database.inTransaction(tx -> {
            DueOrders orders = new DueOrders(tx);
            orders.await(answer.orderId(), quarantined, now);
            orders.releaseFromQuarantine("local", List.of("shop.example.com"), ahead);
            return tx;
        });

        correct();

        assertThat(parts.order(answer).dueAt().orElseThrow()).isBefore(now.plus(WAIT));
    }

    @Test
    void endsAWaitNoLaterThanItWouldHaveEnded() {
        Problem full = Problem.of(ErrorCode.WAITING_FOR_CAPACITY, "full").nextAttempt(now.plus(WAIT));
        parts.database.inTransaction(tx -> {
            DueOrders orders = new DueOrders(tx);
            orders.await(answer.orderId(), full, now);
            orders.endWait(answer.orderId(), ahead);
            return tx;
        });

        assertThat(parts.order(answer).dueAt()).contains(now.plus(WAIT));
    }

    /** From it, the time from which the order is overdue is computed. */
    @Test
    void createsNoOrderInTheFuture() {
        IssuedFixture.issue(parts, parts.order(answer), now, Duration.ofDays(90));
        OrderId next = parts.database.inTransaction(tx -> ((FollowUpOrders.Outcome.Ordered) new FollowUpOrders(tx)
                        .order(answer.certificateId(), OrderCause.RENEWAL_REQUESTED, Map.of(), Outbox.SYSTEM, ahead))
                .order());

        StoredOrder created =
                parts.database.inTransaction(tx -> new Orders(tx).find(next).orElseThrow());
        assertThat(created.createdAt()).isBefore(now.plus(WAIT));
    }

    @Test
    void keepsTheTimeByWhichACertificateWithACompromisedKeyIsRevoked() {
        Instant revokeBy = now.plus(WAIT);
        parts.database.inTransaction(tx -> {
            issued(tx);
            tx.execute("UPDATE issued_certificate SET key_fingerprint = 'k1'");
            compromised(tx, now, revokeBy);
            new RevocationTable(tx).inherit("f1", ahead);
            return tx;
        });

        correct();

        assertThat(times("SELECT revoke_by FROM revocation")).containsExactly(revokeBy);
    }

    @Test
    void keepsTheLengthOfTheWaitOfACompromisedKey() {
        parts.database.inTransaction(tx -> {
            compromised(tx, ahead, ahead.plus(WAIT));
            return tx;
        });

        correct();

        assertThat(times("SELECT revoke_by FROM compromised_key"))
                .singleElement()
                .satisfies(this::assertWaits);
    }

    /** The search runs every few seconds on each replica, also long after the correction. */
    @Test
    void readsNoRowsThatAreCorrected() {
        IssuedFixture.many(parts, 900, now);
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE scheduled_task SET scheduled_at = now() + interval '2 hours'"));

        correct();

        List<String> plan = parts.database.inTransaction(tx -> {
            tx.execute("SET LOCAL enable_seqscan = off");
            return tx.createQuery("""
                    EXPLAIN (ANALYZE, COSTS off) SELECT ctid FROM scheduled_task
                    WHERE scheduled_at > greatest(now(), now()) + interval '1 minute'""").mapTo(String.class).list();
        });
        assertThat(plan).noneMatch(line -> line.contains("Rows Removed"));
    }

    @Test
    void leavesTimesOfACorrectClock() {
        Instant renewal = now.plus(Duration.ofDays(60));
        parts.database.inTransaction(tx -> {
            new ScheduledTasks(tx).set(answer.certificateId(), ScheduledTask.RENEW, renewal, renewal, now);
            return tx;
        });

        correct();

        assertThat(times("SELECT due_at FROM scheduled_task")).containsExactly(renewal);
    }

    @Test
    void correctsNothingIfItsOwnClockIsBehind() {
        parts.database.inTransaction(this::place);

        int corrected =
                parts.database.inTransaction(tx -> new ClockCorrection(tx).correct(now.minus(Duration.ofHours(2))));

        assertThat(corrected).isZero();
        assertThat(order(answer.orderId()).deadlineAt()).contains(now.plus(WAIT));
    }

    private static void compromised(Handle tx, Instant reportedAt, Instant revokeBy) {
        tx.createUpdate("""
                INSERT INTO compromised_key (key_fingerprint, reported_at, request_id, revoke_by)
                VALUES ('k1', :reportedAt, 'r', :revokeBy)""")
                .bind("reportedAt", Columns.at(reportedAt))
                .bind("revokeBy", Columns.at(revokeBy))
                .execute();
    }

    private void correct() {
        parts.database.inTransaction(tx -> new ClockCorrection(tx).correct(parts.clock.instant()));
    }

    private void assertWaits(Instant time) {
        assertThat(time).isBetween(now.plus(WAIT), now.plus(WAIT).plusSeconds(60));
    }

    private List<Instant> times(String query) {
        return parts
                .database
                .inTransaction(
                        tx -> tx.createQuery(query).mapTo(OffsetDateTime.class).list())
                .stream()
                .map(OffsetDateTime::toInstant)
                .toList();
    }

    private Handle place(Handle tx) {
        new Orders(tx).move(answer.orderId(), new OrderState.Placed(1, ACME, 0, now.plus(WAIT), Map.of()), now);
        return tx;
    }

    private StoredOrder order(OrderId id) {
        return parts.database.inTransaction(tx -> order(tx, id));
    }

    private static StoredOrder order(Handle tx, OrderId id) {
        return new Orders(tx).find(id).orElseThrow();
    }

    private void issued(Handle tx) {
        tx.createUpdate("""
                INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type,
                    not_before, not_after, vault_path, vault_version, recorded_at)
                VALUES ('f1', :id, :id, 'local', 'a1', 'EC_P256', now(), now(), 'p', 1, now())""").bind("id", answer.certificateId().value()).execute();
    }
}
