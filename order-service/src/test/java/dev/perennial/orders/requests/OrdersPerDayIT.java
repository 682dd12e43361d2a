package dev.perennial.orders.requests;

import static dev.perennial.orders.parts.ServiceFixture.problems;
import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.renewal.RenewalRequests;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** {@code maxOrdersPerDay} of an owner. */
class OrdersPerDayIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final RenewalRequests renewals =
            new RenewalRequests(parts.submissions, parts.access, parts.ownerPolicy, parts.clock);

    @Test
    void refusesTheOrderAfterTheLastOneAndSaysWhenTheNextIsPossible() {
        limit(2);
        AcceptedOrder first = order("a");
        order("b");

        SubmissionResult<AcceptedOrder> third = submit("c");

        Instant next = createdAt(first).plus(Duration.ofDays(1));
        assertThat(problems(third)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.OWNER_LIMIT_REACHED);
            assertThat(problem.detail())
                    .isEqualTo("requests of owner 'web' have created 2 orders in the last 24 hours; the next order is"
                            + " possible at " + next + "; rule owners.web.maxOrdersPerDay");
            assertThat(problem.nextAttemptAt()).contains(next);
        });
        assertThat(parts.count("certificate"))
                .as("the refused request leaves no certificate")
                .isEqualTo(2);
        ageBy(first, "23 hours 59 minutes");
        assertThat(submit("c")).isInstanceOf(SubmissionResult.Refused.class);
        ageBy(first, "1 minute 1 second");
        assertThat(submit("c")).isInstanceOf(SubmissionResult.Accepted.class);
    }

    /** After the limit was lowered, more than one order must leave the day. */
    @Test
    void namesTheOrderThatMustLeaveTheDay() {
        order("a");
        AcceptedOrder second = order("b");
        order("c");
        limit(2);

        assertThat(problems(submit("d")).getFirst().nextAttemptAt())
                .contains(createdAt(second).plus(Duration.ofDays(1)));
    }

    @Test
    void countsNoRepetitionOfARequest() {
        limit(2);
        order("a");

        assertThat(order("a").disposition()).isEqualTo(Disposition.ALREADY_RUNNING);
        assertThat(order("a").disposition()).isEqualTo(Disposition.ALREADY_RUNNING);
        order("b");

        assertThat(order("a").disposition()).as("no order is created").isEqualTo(Disposition.ALREADY_RUNNING);
    }

    @Test
    void countsARehearsalAndItsOrderOnce() {
        limit(2);
        StoredOrder rehearsal = parts.order(rehearsed("a"));
        assertThat(rehearsal.isRehearsal()).isTrue();
        parts.database.inTransaction(
                tx -> new Orders(tx).create(withdrawn(rehearsal), rehearsal.state(), parts.clock.instant()));

        assertThat(submit("b")).isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(submit("c")).isInstanceOf(SubmissionResult.Refused.class);
    }

    private StoredOrder withdrawn(StoredOrder rehearsal) {
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate_order SET state = 'REHEARSED', due_at = NULL WHERE id = ?",
                rehearsal.id().value()));
        return rehearsal;
    }

    @Test
    void countsRequestedRenewalsButNotThoseOfPerennial() {
        CertificateId id = IssuedFixture.with(parts, "a", parts.clock.instant(), Duration.ofDays(90));
        ageAll();
        limit(1);
        for (OrderCause cause : List.of(OrderCause.LIFETIME_SPENT, OrderCause.RENEWAL_REQUESTED, OrderCause.REVOKED)) {
            parts.database.inTransaction(
                    tx -> new FollowUpOrders(tx).order(id, cause, Map.of(), Outbox.SYSTEM, parts.clock.instant()));
            end();
        }

        assertThat(renew("a")).isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(ServiceFixture.accepted(renew("a")).disposition()).isEqualTo(Disposition.ALREADY_RUNNING);
        end();
        assertThat(problems(renew("a"))).extracting(Problem::code).containsExactly(ErrorCode.OWNER_LIMIT_REACHED);
        assertThat(problems(submit("b"))).extracting(Problem::code).containsExactly(ErrorCode.OWNER_LIMIT_REACHED);
        assertThat(parts.count("certificate_order")).isEqualTo(5);
    }

    /** To block an owner is not to end its limit. */
    @Test
    void refusesRequestedRenewalsOfAnOwnerThatMayNotRequest() {
        CertificateId id = IssuedFixture.with(parts, "a", parts.clock.instant(), Duration.ofDays(90));
        parts.applyPolicy("{\"otherOwners\":\"DENIED\",\"owners\":{}}");

        assertThat(problems(renew("a"))).extracting(Problem::code).containsExactly(ErrorCode.FORBIDDEN_FOR_OWNER);

        parts.database.inTransaction(tx -> new FollowUpOrders(tx)
                .order(id, OrderCause.LIFETIME_SPENT, Map.of(), Outbox.SYSTEM, parts.clock.instant()));
        assertThat(parts.count("certificate_order"))
                .as("with the renewal by Perennial")
                .isEqualTo(2);
    }

    @Test
    void countsConcurrentRequestsExactly() throws Exception {
        limit(5);
        int requests = 16;
        CountDownLatch ready = new CountDownLatch(requests);
        List<Future<SubmissionResult<AcceptedOrder>>> results = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < requests; i++) {
                String name = "n" + i;
                results.add(threads.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return submit(name);
                }));
            }
        }

        int accepted = 0;
        for (Future<SubmissionResult<AcceptedOrder>> result : results) {
            accepted += result.get() instanceof SubmissionResult.Accepted ? 1 : 0;
        }
        assertThat(accepted).isEqualTo(5);
        assertThat(parts.count("certificate_order")).isEqualTo(5);
        assertThat(parts.count("certificate")).isEqualTo(5);
    }

    @Test
    void limitsNoOtherOwner() {
        parts.applyPolicy("{\"owners\":{\"shop\":{\"maxOrdersPerDay\":1}}}");

        order("a");
        order("b");
    }

    private void limit(int max) {
        parts.applyPolicy("{\"owners\":{\"web\":{\"maxOrdersPerDay\":" + max + "}}}");
    }

    private AcceptedOrder order(String name) {
        return ServiceFixture.accepted(submit(name));
    }

    private SubmissionResult<AcceptedOrder> submit(String name) {
        return parts.submit(name + System.nanoTime(), request(name, List.of(), name + ".example.com"));
    }

    private AcceptedOrder rehearsed(String name) {
        return parts.accepted(name, atProduction(name));
    }

    private static CertificateRequested atProduction(String name) {
        CertificateRequested plain = request(name, List.of(), name + ".example.com");
        return new CertificateRequested(
                plain.name(),
                plain.owner(),
                plain.identifiers(),
                Optional.of("production"),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    private SubmissionResult<AcceptedOrder> renew(String name) {
        return renewals.submit(new Submission<>(
                ServiceFixture.CALLER,
                "test",
                "renew-" + name + System.nanoTime(),
                Optional.empty(),
                true,
                Optional.empty(),
                new RenewalRequested(Optional.empty(), Optional.of("web"), Optional.of(name), Optional.empty())));
    }

    /** Ends the order in progress. */
    private void end() {
        parts.database.inTransaction(tx -> {
            OrderId running = tx.createQuery("SELECT id FROM certificate_order WHERE state = 'DUE'")
                    .mapTo(UUID.class)
                    .map(OrderId::new)
                    .one();
            Problem refused = Problem.of(ErrorCode.CA_REFUSED, "a test");
            return parts.transitions.apply(tx, running, new Input.PlacementRefused(1, refused));
        });
    }

    private void ageAll() {
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET created_at = created_at - interval '2 days'"));
    }

    private void ageBy(AcceptedOrder order, String interval) {
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate_order SET created_at = created_at - CAST(? AS interval) WHERE id = ?",
                interval,
                order.orderId().value()));
    }

    private Instant createdAt(AcceptedOrder order) {
        return parts.order(order).createdAt().truncatedTo(ChronoUnit.MICROS);
    }
}
