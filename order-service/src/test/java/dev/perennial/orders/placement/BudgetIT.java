package dev.perennial.orders.placement;

import static dev.perennial.orders.placement.PlacerRuns.placer;
import static dev.perennial.orders.placement.PlacerRuns.until;
import static dev.perennial.orders.placement.PlacerRuns.untilIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import dev.perennial.rules.limits.Limits;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** The limits in PostgreSQL together with the placer. */
class BudgetIT {
    private static final Duration HOUR = Duration.ofHours(1);

    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts accounts = new FakeAccounts();
    private final Placer placer = placer(parts, accounts, 8);
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused);

    @Test
    void placesNoMoreThanTheLimitWithTwoReplicas() {
        parts.limits = new Limits(Map.of(LimitKind.ACCOUNT_ORDERS, new Limit(10, HOUR)));
        List<AcceptedOrder> answers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            answers.add(order("n" + i, "n" + i + ".example.com"));
        }
        Instant before = parts.clock.instant();
        List<Thread> replicas = Stream.of(placer, placer(parts, accounts, 8))
                .map(replica -> Thread.ofVirtual().start(() -> untilIdle(replica)))
                .toList();
        until(() -> replicas.stream().noneMatch(Thread::isAlive));
        untilIdle(placer);

        assertThat(accounts.placed).as("all tokens but the reserve").hasValue(9);
        List<StoredOrder> waiting = answers.stream()
                .map(parts::order)
                .filter(order -> order.waitProblem().isPresent())
                .toList();
        assertThat(waiting).hasSize(31).allSatisfy(order -> {
            Problem why = order.waitProblem().orElseThrow();
            assertThat(order.state()).isInstanceOf(OrderState.Due.class);
            assertThat(why.code()).isEqualTo(ErrorCode.WAITING_FOR_BUDGET);
            assertThat(why.nextAttemptAt()).isEqualTo(order.dueAt());
            assertThat(why.detail()).contains("will be placed at", "10 in 1 h");
            assertThat(order.lastProblem()).isEmpty();
        });
        // The first order is due exactly when the first token refills.
        assertThat(waiting.stream().flatMap(order -> order.dueAt().stream()).min(Instant::compareTo))
                .contains(arrival(LimitKind.ACCOUNT_ORDERS)
                        .plus(HOUR.dividedBy(5))
                        .minus(HOUR));
        assertThat(arrival(LimitKind.ACCOUNT_ORDERS)).isAfterOrEqualTo(before.plus(Duration.ofMinutes(54)));
    }

    @Test
    void waitsForTheTokensThatAnotherReplicaTakes() {
        parts.limits = new Limits(Map.of(LimitKind.ACCOUNT_ORDERS, new Limit(3, HOUR)));
        order("a", "a.example.com");
        untilIdle(placer);
        order("b", "b.example.com");
        order("c", "c.example.com");
        AtomicInteger second = new AtomicInteger(-1);

        int first = parts.database.inTransaction(tx -> {
            int taken = lease(tx);
            Thread other = Thread.ofVirtual().start(() -> second.set(parts.database.inTransaction(this::lease)));
            until(() -> !other.isAlive() || isAnyTransactionBlocked());
            return taken;
        });
        until(() -> second.get() >= 0);

        assertThat(List.of(first, second.get())).containsExactly(1, 0);
    }

    private int lease(Handle tx) {
        Instant now = parts.clock.instant();
        return parts.budget
                .lease(
                        tx,
                        new DueOrders(tx).due(1, List.of(), DueOrders.Available.NOTHING, now),
                        now.plus(Duration.ofMinutes(1)),
                        now)
                .size();
    }

    /** Uses a separate connection: within a transaction the server returns the same snapshot of its activity. */
    private boolean isAnyTransactionBlocked() {
        try (Handle own = parts.database.open()) {
            return own.createQuery("""
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'""").mapTo(Long.class).one() > 0;
        }
    }

    @Test
    void placesAWaitingOrderAtItsTime() {
        parts.limits = new Limits(Map.of(LimitKind.ACCOUNT_ORDERS, new Limit(1, HOUR)));
        order("a", "a.example.com");
        AcceptedOrder second = order("b", "b.example.com");
        untilIdle(placer);
        assertThat(parts.order(second).waitProblem()).isPresent();

        run("UPDATE rate_limit_bucket SET arrival = now()");
        run("UPDATE certificate_order SET due_at = now() WHERE wait_problem IS NOT NULL");
        untilIdle(placer);

        assertThat(parts.order(second).state()).isInstanceOf(OrderState.Placed.class);
        assertThat(parts.order(second).waitProblem()).isEmpty();
    }

    @Test
    void losesOnlyATokenIfTheProcessEndsBetweenLeaseAndPlacement() {
        parts.limits = new Limits(Map.of(
                LimitKind.ACCOUNT_ORDERS, new Limit(3, HOUR), LimitKind.NAME_SET, new Limit(1, Duration.ofDays(7))));
        AcceptedOrder answer = order("a", "a.example.com");
        Instant now = parts.clock.instant();
        parts.database.inTransaction(tx -> parts.budget.lease(
                tx,
                new DueOrders(tx).due(10, List.of(), DueOrders.Available.NOTHING, now),
                now.plus(Duration.ofMinutes(1)),
                now));

        run("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        untilIdle(placer);

        // The CA may have counted the lost order, so it is counted. The certificate is counted once.
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Placed.class);
        assertThat(arrival(LimitKind.ACCOUNT_ORDERS)).isAfter(now.plus(Duration.ofMinutes(39)));
        assertThat(arrival(LimitKind.NAME_SET)).isBefore(now.plus(Duration.ofDays(8)));
    }

    @Test
    void respectsARateLimitWithoutKnownLimits() {
        Instant named = parts.clock.instant().plus(HOUR);
        accounts.behaviour = identifiers -> {
            accounts.placed.incrementAndGet();
            throw new RetryLater(Problem.of(
                            ErrorCode.CA_RATE_LIMITED,
                            "the CA 'local' limits our rate",
                            "rateLimited: too many new orders (300) from this account in the last 3h0m0s")
                    .nextAttempt(named));
        };
        AcceptedOrder first = order("a", "a.example.com");
        untilIdle(placer);
        AcceptedOrder second = order("b", "b.example.com");
        untilIdle(placer);

        assertThat(accounts.placed).as("requests to the CA").hasValue(1);
        assertThat(parts.order(first).dueAt()).contains(named);
        assertThat(parts.order(second).dueAt()).contains(named);
        assertThat(parts.order(second).waitProblem().orElseThrow().detail())
                .contains("the CA accepts none before then");
    }

    /** The replica computes the time of the CA's Retry-After with its own clock. */
    @Test
    void closesTheBucketForTheGivenTimeAlthoughTheClockIsAhead() {
        Instant ahead = parts.clock.instant().plus(Duration.ofHours(2));
        AcceptedOrder limited = order("a", "a.example.com");
        Problem problem = Problem.of(ErrorCode.CA_RATE_LIMITED, "limits our rate", "too many new orders")
                .nextAttempt(ahead.plus(Duration.ofMinutes(5)));

        parts.database.inTransaction(tx -> {
            parts.budget.limited(tx, parts.order(limited), problem, ahead);
            return tx;
        });
        AcceptedOrder beside = order("b", "b.example.com");
        untilIdle(placer);

        assertThat(parts.order(beside).dueAt().orElseThrow())
                .isBefore(parts.clock.instant().plus(Duration.ofMinutes(6)));
    }

    /** Without a known limit, no token is taken, so that the row of the bucket is only read. */
    @Test
    void opensABucketWithoutKnownLimitThatWasClosedWithAClockAhead() {
        run(
                "INSERT INTO rate_limit_bucket (id, issuer, kind, subject, arrival, closed_until)"
                        + " VALUES ('local ACCOUNT_ORDERS ', 'local', 'ACCOUNT_ORDERS', '', 'epoch', now() + interval '30 days')");
        order("a", "a.example.com");
        untilIdle(placer);

        Instant closed = parts.database.inTransaction(
                tx -> tx.createQuery("SELECT closed_until FROM rate_limit_bucket WHERE kind = 'ACCOUNT_ORDERS'")
                        .mapTo(Instant.class)
                        .one());
        assertThat(closed).isBefore(parts.clock.instant().plus(Duration.ofDays(8)));
    }

    @Test
    void emptiesTheBucketUntilTheTimeGivenByTheCa() {
        parts.limits = new Limits(Map.of(LimitKind.ACCOUNT_ORDERS, new Limit(10, HOUR)));
        Instant named = parts.clock.instant().plus(HOUR);
        accounts.behaviour = identifiers -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_RATE_LIMITED, "limits our rate", "too many new orders")
                    .nextAttempt(named));
        };
        order("a", "a.example.com");
        untilIdle(placer);
        accounts.behaviour = accounts::accept;

        AcceptedOrder second = order("b", "b.example.com");
        untilIdle(placer);

        // One token at the given time, and the next an interval later, not ten at once.
        assertThat(parts.order(second).dueAt()).contains(named);
        assertThat(arrival(LimitKind.ACCOUNT_ORDERS)).isEqualTo(named.plus(HOUR).minus(HOUR.dividedBy(5)));
    }

    @Test
    void reservesTheNextTokenForTheLimitedOrder() {
        parts.limits = new Limits(Map.of(LimitKind.NAME_SET, new Limit(5, Duration.ofDays(7))));
        Instant named = parts.clock.instant().plus(HOUR);
        accounts.behaviour = identifiers -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_RATE_LIMITED, "limits our rate", "this exact set of names")
                    .nextAttempt(named));
        };
        AcceptedOrder refused = order("a", "a.example.com");
        untilIdle(placer);
        AcceptedOrder beside = order("b", "a.example.com");
        untilIdle(placer);

        assertThat(parts.order(refused).dueAt()).contains(named);
        assertThat(parts.order(beside).dueAt())
                .contains(named.plus(Duration.ofDays(7).dividedBy(5)));
    }

    @Test
    void refundsTheTokensOfTheCertificateAfterAFailedProof() {
        parts.limits = new Limits(Map.of(LimitKind.NAME_SET, new Limit(1, Duration.ofDays(7))));
        AcceptedOrder answer = order("a", "a.example.com");
        untilIdle(placer);

        reject(answer, ErrorCode.CHALLENGE_FAILED, "a.example.com");
        run("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        untilIdle(placer);

        assertThat(parts.order(answer).state())
                .isInstanceOfSatisfying(OrderState.Placed.class, placed -> assertThat(placed.attempt())
                        .isEqualTo(2));
    }

    @Test
    void countsOnlyFailuresThatTheCaCounts() {
        parts.limits = new Limits(Map.of(LimitKind.FAILED_AUTHORIZATIONS, new Limit(1, HOUR)));
        AcceptedOrder answer = order("a", "a.example.com");
        untilIdle(placer);

        reject(answer, ErrorCode.SELF_CHECK_FAILED, "a.example.com");
        run("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        untilIdle(placer);
        assertThat(parts.order(answer).state()).as("the CA received no request").isInstanceOf(OrderState.Placed.class);
        reject(answer, ErrorCode.CHALLENGE_FAILED, "a.example.com");
        run("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        untilIdle(placer);

        assertThat(parts.order(answer).waitProblem()).hasValueSatisfying(why -> {
            assertThat(why.detail()).contains("failed validations of the name (1 in 1 h)");
            assertThat(why.evidence()).contains("a.example.com");
        });
    }

    @Test
    void quarantinesOnlyTheNameThatFailsRepeatedly() {
        AcceptedOrder answer = order("a", "a.example.com", "healthy.example.com");
        failFiveTimes(answer, "a.example.com");
        AcceptedOrder same = order("b", "b.example.com", "a.example.com");
        AcceptedOrder other = order("c", "healthy.example.com");

        untilIdle(placer);

        for (AcceptedOrder quarantined : List.of(answer, same)) {
            assertThat(parts.order(quarantined).waitProblem()).hasValueSatisfying(why -> {
                assertThat(why.code()).isEqualTo(ErrorCode.NAME_QUARANTINED);
                assertThat(why.detail()).contains("a.example.com", "5 times in a row");
                assertThat(why.evidence())
                        .hasValueSatisfying(evidence -> assertThat(evidence).contains("no answer"));
            });
            assertThat(parts.order(quarantined).dueAt()).hasValueSatisfying(due -> assertThat(due)
                    .isAfter(parts.clock.instant().plus(Duration.ofHours(23))));
        }
        assertThat(parts.order(other).state()).isInstanceOf(OrderState.Placed.class);
        assertThat(parts.meters
                        .counter("perennial_quarantines_total", "issuer", "local")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void probesAQuarantinedNameWithOneOrderAndReleasesTheOthers() {
        AcceptedOrder first = order("a", "a.example.com");
        failFiveTimes(first, "a.example.com");
        AcceptedOrder second = order("b", "b.example.com", "a.example.com");
        untilIdle(placer);
        run("UPDATE failing_name SET quarantined_until = now()");
        run("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");

        untilIdle(placer);
        List<AcceptedOrder> trying = Stream.of(first, second)
                .filter(answer -> parts.order(answer).state() instanceof OrderState.Placed)
                .toList();
        assertThat(trying).hasSize(1);
        StoredOrder order = parts.order(trying.getFirst());
        recorder.record(parts.event(new OrderAuthorized(
                order.toEvent(order.state().attempt(), order.acmeOrder().orElseThrow()))));
        untilIdle(placer);

        assertThat(parts.count("failing_name")).isZero();
        assertThat(Stream.of(first, second).map(parts::order))
                .allSatisfy(it -> assertThat(it.waitProblem()).isEmpty())
                .noneMatch(it -> it.state() instanceof OrderState.Due);
    }

    @Test
    void placesWaitingOrdersAfterARelease() {
        AcceptedOrder answer = order("a", "a.example.com");
        failFiveTimes(answer, "a.example.com");

        boolean released = parts.database.inTransaction(
                tx -> parts.budget.release(tx, "local", "a.example.com", parts.clock.instant()));
        untilIdle(placer);

        assertThat(released).isTrue();
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void doesNotLimitExemptOrders() {
        parts.limits = new Limits(Map.of(LimitKind.ACCOUNT_ORDERS, new Limit(1, HOUR)));
        order("a", "a.example.com");
        untilIdle(placer);
        AcceptedOrder renewal = order("b", "b.example.com");
        run(
                "UPDATE certificate_order SET limits_exempt = true, replaces_renewal_id = 'a.b', replaces_issuer = 'local' WHERE name = 'b'");

        untilIdle(placer);

        assertThat(parts.order(renewal).state()).isInstanceOf(OrderState.Placed.class);
        assertThat(parts.order(renewal).budgetedAttempt()).isZero();
        assertThat(accounts.replaced).containsExactly("a.b");
    }

    @Test
    void limitsARenewalAtAnotherCa() {
        parts.limits = new Limits(Map.of(LimitKind.ACCOUNT_ORDERS, new Limit(1, HOUR)));
        AcceptedOrder renewal = order("b", "b.example.com");
        run(
                "UPDATE certificate_order SET limits_exempt = true, replaces_renewal_id = 'a.b', replaces_issuer = 'production' WHERE name = 'b'");

        untilIdle(placer);

        assertThat(parts.order(renewal).budgetedAttempt()).isEqualTo(1);
        assertThat(accounts.replaced).isEmpty();
    }

    private void failFiveTimes(AcceptedOrder answer, String name) {
        for (int i = 0; i < 5; i++) {
            untilIdle(placer);
            reject(answer, ErrorCode.CHALLENGE_FAILED, name);
            if (i < 4) {
                run("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
            }
        }
    }

    private void reject(AcceptedOrder answer, ErrorCode code, String name) {
        StoredOrder order = parts.order(answer);
        recorder.record(parts.event(new OrderRejected(
                order.certificateId(),
                order.id(),
                order.state().attempt(),
                List.of(new IdentifierProblem(Identifier.dns(name), Problem.of(code, "no answer"))))));
    }

    private AcceptedOrder order(String name, String... names) {
        return parts.accepted(
                "request-" + name,
                new CertificateRequested(
                        name,
                        "web",
                        Stream.of(names)
                                .map(value -> new RequestedIdentifier("dns", value))
                                .toList(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of()));
    }

    private Instant arrival(LimitKind kind) {
        return parts.database
                .inTransaction(tx -> tx.createQuery("SELECT arrival FROM rate_limit_bucket WHERE kind = :kind")
                        .bind("kind", kind.name())
                        .mapTo(java.time.OffsetDateTime.class)
                        .one())
                .toInstant();
    }

    private void run(String sql) {
        parts.database.inTransaction(tx -> tx.execute(sql));
    }
}
