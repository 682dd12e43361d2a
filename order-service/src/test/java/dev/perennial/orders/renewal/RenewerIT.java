package dev.perennial.orders.renewal;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static dev.perennial.orders.renewal.TestRenewalConfig.renewer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenewerIT {
    private static final Duration LIFE = Duration.ofDays(90);

    private final ServiceFixture parts = new ServiceFixture();
    private final Instant start = parts.clock.instant();

    @Test
    void waitsForTheRenewalTime() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);

        renewer(parts, Duration.ZERO).round();

        assertThat(orders(id)).hasSize(1);
        assertThat(due(id)).isBetween(start.plus(Duration.ofDays(56)), start.plus(Duration.ofDays(60)));
    }

    @Test
    void createsTheNextOrderAtTheRenewalTime() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);
        renewer(parts, Duration.ZERO).round();

        renewer(parts, Duration.ofDays(60)).round();

        assertThat(orders(id)).hasSize(2);
        assertThat(orders(id).getFirst().cause()).isEqualTo(OrderCause.LIFETIME_SPENT);
        assertThat(timeline(id)).endsWith("renewal.started");
        renewer(parts, Duration.ofDays(61)).round();
        assertThat(orders(id)).hasSize(2);
    }

    @Test
    void renewsTheOthersWhileARowIsLocked() {
        Instant issued = start.minus(Duration.ofDays(60));
        CertificateId locked = IssuedFixture.with(parts, "locked", issued.minusSeconds(1), LIFE);
        CertificateId other = IssuedFixture.with(parts, "other", issued, LIFE);
        try (ServiceFixture.RowLock held = parts.locking("SELECT * FROM certificate WHERE id = '" + locked + "'")) {
            renewer(parts, Duration.ZERO).round();

            assertThat(orders(other)).hasSize(2);
            assertThat(orders(locked)).hasSize(1);
        }
        renewer(parts, Duration.ofMinutes(2)).round();
        assertThat(orders(locked)).hasSize(2);
    }

    /** Lifetimes from six days to a year: unattended, one order after the other. */
    @ParameterizedTest
    @ValueSource(ints = {6, 47, 90, 365})
    void renewsCertificatesOfEveryLifetime(int days) {
        Duration life = Duration.ofDays(days);
        CertificateId id = IssuedFixture.with(parts, "shop", start, life);
        Instant notAfter = start.plus(life);
        int renewals = 0;

        for (Duration passed = Duration.ZERO; renewals < 4; passed = passed.plus(life.dividedBy(50))) {
            Instant now = parts.clock.instant().plus(passed);
            assertThat(now).isBefore(notAfter.minus(life.dividedBy(4)));
            renewer(parts, passed).round();
            StoredOrder latest = orders(id).getFirst();
            if (latest.state() instanceof OrderState.Due) {
                IssuedFixture.issue(parts, latest, now, life);
                notAfter = now.plus(life);
                renewals++;
            }
        }

        assertThat(orders(id)).hasSize(5);
    }

    @Test
    void createsAnotherOrderAfterAFailedOne() {
        CertificateId id = IssuedFixture.with(parts, "shop", start, LIFE);
        renewer(parts, Duration.ofDays(60)).round();
        fail(orders(id).getFirst());

        renewer(parts, Duration.ofDays(60).plusHours(2)).round();
        renewer(parts, Duration.ofDays(60).plusHours(4)).round();

        assertThat(orders(id)).hasSize(3);
        assertThat(orders(id).getFirst().state()).isInstanceOf(OrderState.Due.class);
    }

    @Test
    void recordsTheReasonOfAPauseOnce() {
        CertificateId id = IssuedFixture.with(parts, "shop", start.minus(Duration.ofDays(60)), LIFE);
        renewer(parts, Duration.ZERO).round();
        fail(orders(id).getFirst());
        makeDue(id);

        renewer(parts, Duration.ZERO).round();
        makeDue(id);
        renewer(parts, Duration.ZERO).round();

        assertThat(orders(id)).hasSize(2);
        assertThat(due(id)).isCloseTo(start.plus(Duration.ofHours(1)), within(1, ChronoUnit.MINUTES));
        assertThat(timeline(id)).containsOnlyOnce("renewal.postponed");
    }

    @Test
    void createsNoOrderWhileOneIsUnderWay() {
        CertificateId id = IssuedFixture.with(parts, "shop", start.minus(Duration.ofDays(60)), LIFE);
        renewer(parts, Duration.ZERO).round();
        IssuedFixture.place(parts, orders(id).getFirst().id());
        makeDue(id);

        renewer(parts, Duration.ZERO).round();

        assertThat(orders(id)).hasSize(2);
        assertThat(due(id)).isCloseTo(start.plus(Duration.ofHours(1)), within(1, ChronoUnit.MINUTES));
    }

    @Test
    void renewsAtTheDeadlineDespiteARehearsalThatWaitsForAHost() {
        CertificateId id = parts.accepted("r1", production(List.of(), false)).certificateId();
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        parts.accepted("r2", production(List.of("web-1"), true));
        StoredOrder rehearsal = orders(id).getFirst();
        IssuedFixture.issue(parts, rehearsal, start, LIFE);

        renewer(parts, Duration.ofDays(70)).round();
        assertThat(orders(id).getFirst().id()).isEqualTo(rehearsal.id());
        renewer(parts, Duration.ofDays(80)).round();

        assertThat(orders(id).getFirst().isRehearsal()).isFalse();
        assertThat(orders(id).get(1).state()).isInstanceOf(OrderState.Rehearsed.class);
    }

    @Test
    void renewsAtTheDeadlineDespiteAFailingRehearsal() {
        CertificateId id = parts.accepted("r1", production(List.of(), false)).certificateId();
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        IssuedFixture.issue(parts, orders(id).getFirst(), start, LIFE);
        parts.accepted("r2", production(List.of("web-1"), true));

        renewer(parts, Duration.ofDays(70)).round();
        assertThat(orders(id).getFirst().isRehearsal()).isTrue();
        renewer(parts, Duration.ofDays(80)).round();

        assertThat(orders(id).getFirst().isRehearsal()).isFalse();
        assertThat(orders(id).get(1).state()).isInstanceOf(OrderState.Failed.class);
        assertThat(parts.facts()).contains("order.rehearsed");
    }

    @Test
    void limitsReadyOrdersAfterAnOutage() {
        IssuedFixture.many(parts, 5_000, start);
        Renewer renewer = renewer(parts, 100, Duration.ZERO);

        for (int wave = 1; wave <= 3; wave++) {
            while (renewer.round()) {
                assertThat(ready()).isLessThanOrEqualTo(100);
            }
            assertThat(ready()).isEqualTo(100);
            assertThat(namesByOrder()).hasSize(100 * wave).isEqualTo(namesByExpiry(100 * wave));
            // As after a lease by a placer.
            parts.database.inTransaction(tx ->
                    tx.execute("UPDATE certificate_order SET due_at = now() + interval '1 day' WHERE state = 'DUE'"));
        }
    }

    private static CertificateRequested production(List<String> targets, boolean rehearse) {
        CertificateRequested request = request("shop", targets, "shop.example.com");
        return new CertificateRequested(
                request.name(),
                request.owner(),
                request.identifiers(),
                Optional.of("production"),
                request.keyType(),
                request.targets(),
                Map.of(),
                rehearse);
    }

    private void fail(StoredOrder order) {
        parts.database.inTransaction(tx -> parts.transitions.apply(
                tx,
                order.id(),
                new Input.PlacementRefused(1, Problem.of(ErrorCode.CA_REFUSED, "the CA refuses the order"))));
    }

    private List<StoredOrder> orders(CertificateId id) {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id));
    }

    private List<String> timeline(CertificateId id) {
        return parts.database.inTransaction(tx ->
                new Timeline(tx).of(id).stream().map(Timeline.Entry::entry).toList());
    }

    private Instant due(CertificateId id) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM scheduled_task WHERE certificate_id = :id AND kind = :kind")
                        .bind("id", id.value())
                        .bind("kind", ScheduledTask.RENEW.name())
                        .map((row, context) -> Columns.instant(row, "due_at"))
                        .one());
    }

    private void makeDue(CertificateId id) {
        parts.database.inTransaction(
                tx -> tx.createUpdate("UPDATE scheduled_task SET due_at = now() WHERE certificate_id = :id")
                        .bind("id", id.value())
                        .execute());
    }

    private long ready() {
        return parts.database.inTransaction(tx -> new DueOrders(tx).readyRenewals(10_000, parts.clock.instant()));
    }

    private List<String> namesByOrder() {
        return names("SELECT name FROM certificate_order ORDER BY id");
    }

    private List<String> namesByExpiry(int count) {
        return names("SELECT name FROM certificate ORDER BY not_after LIMIT " + count);
    }

    private List<String> names(String sql) {
        return parts.database.inTransaction(
                tx -> tx.createQuery(sql).mapTo(String.class).list());
    }
}
