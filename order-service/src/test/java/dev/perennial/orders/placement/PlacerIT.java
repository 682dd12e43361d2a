package dev.perennial.orders.placement;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static dev.perennial.orders.placement.PlacerRuns.once;
import static dev.perennial.orders.placement.PlacerRuns.placer;
import static dev.perennial.orders.placement.PlacerRuns.until;
import static dev.perennial.orders.placement.PlacerRuns.untilIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.NewOrderResult;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PlacerIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts accounts = new FakeAccounts();
    private final Placer placer = placer(parts, accounts, 64);

    @Test
    void placesADueOrderAndPublishesIt() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));

        untilIdle(placer);

        StoredOrder order = parts.order(answer);
        assertThat(order.state()).isInstanceOf(OrderState.Placed.class);
        assertThat(order.acmeOrder()).isPresent();
        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.placed");
    }

    @Test
    void placesEveryOrderOnceWithManyReplicas() {
        int orders = 30;
        for (int i = 0; i < orders; i++) {
            parts.accepted("r" + i, request("n" + i, List.of(), "n" + i + ".example.com"));
        }
        List<Placer> replicas = List.of(placer, placer(parts, accounts, 8), placer(parts, accounts, 8));
        List<Thread> threads = new ArrayList<>();
        for (Placer replica : replicas) {
            threads.add(Thread.ofVirtual().start(() -> untilIdle(replica)));
        }
        until(() -> threads.stream().noneMatch(Thread::isAlive));

        untilIdle(placer);

        assertThat(accounts.placed).hasValue(orders);
        assertThat(parts.facts()).filteredOn("order.placed"::equals).hasSize(orders);
    }

    @Test
    void ignoresAnAnswerThatComesAfterAnotherReplicaLeasedTheOrderForAnotherIssuer() {
        AcceptedOrder answer = parts.accepted("late", request("late", List.of(), "late.example.com"));
        accounts.behaviour = identifiers -> {
            parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET placed_issuer = 'second'"));
            return accounts.accept(identifiers);
        };

        once(placer);

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Due.class);
        assertThat(parts.facts()).doesNotContain("order.placed");
    }

    @Test
    void limitsConcurrentPlacements() {
        CountDownLatch open = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            parts.accepted("r" + i, request("n" + i, List.of(), "n" + i + ".example.com"));
        }
        accounts.behaviour = identifiers -> {
            await(open);
            return accounts.accept(identifiers);
        };
        Placer narrow = placer(parts, accounts, 4);

        narrow.round();
        narrow.round();

        assertThat(narrow.inFlight()).isEqualTo(2);
        open.countDown();
        untilIdle(narrow);
        assertThat(accounts.placed).hasValue(5);
    }

    @Test
    void retriesALimitedPlacementAtTheTimeGivenByTheCa() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        Instant named = parts.clock.instant().plus(Duration.ofHours(1));
        accounts.behaviour = identifiers -> {
            throw new RetryLater(
                    Problem.of(ErrorCode.CA_RATE_LIMITED, "too many").nextAttempt(named));
        };

        untilIdle(placer);

        assertThat(parts.order(answer).state()).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.dueAt()).isEqualTo(named);
            assertThat(due.attempt()).isEqualTo(1);
            assertThat(due.postponements()).isEqualTo(1);
        });
        assertThat(parts.facts()).containsExactly("certificate.accepted");
    }

    @Test
    void abandonsAnOrderThatTheCaRefuses() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        accounts.behaviour =
                identifiers -> new NewOrderResult.Refused(Problem.of(ErrorCode.CA_REFUSED, "rejectedIdentifier"));

        untilIdle(placer);

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Failed.class);
        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.failed");
    }

    @Test
    void placesAnOrderAgainAfterItsLease() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        Instant now = parts.clock.instant();
        parts.database.inTransaction(tx -> parts.budget.lease(
                tx,
                new DueOrders(tx).due(10, List.of(), DueOrders.Available.NOTHING, now),
                now.plus(Duration.ofSeconds(60)),
                now));
        untilIdle(placer);
        assertThat(accounts.placed).hasValue(0);

        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'"));
        untilIdle(placer);

        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void keepsTheResultOfTheFirstOfTwoPlacers() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        StoredOrder due = parts.order(answer);

        placer.place(due);
        placer.place(due);

        assertThat(parts.order(answer).acmeOrder().orElseThrow().url()).hasPath("/order/1");
        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.placed");
    }

    @Test
    void publishesAnOverdueOrderAgain() {
        AcceptedOrder answer = parts.accepted("r1", request("shop", List.of(), "shop.example.com"));
        untilIdle(placer);
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET deadline_at = now() - interval '1 second'"));

        new Supervisor(parts.database, parts.transitions, new PlacerSetup(64), parts.clock).round();

        assertThat(parts.facts()).containsExactly("certificate.accepted", "order.placed", "order.placed");
        assertThat(parts.order(answer).state())
                .isInstanceOfSatisfying(OrderState.Placed.class, placed -> assertThat(placed.resumptions())
                        .isEqualTo(1));
    }

    /** RFC 8555 section 7.4 allows a CA to answer with an order that it already has. */
    @Test
    void waitsForTheOrderWithTheSameNamesIfTheCaAnswersWithIt() {
        AcceptedOrder ec = parts.accepted("r1", request("shop-ec", List.of(), "shop.example.com"));
        AcceptedOrder rsa = parts.accepted("r2", request("shop-rsa", List.of(), "shop.example.com"));
        NewOrderResult same = accounts.accept(List.of());
        accounts.behaviour = identifiers -> same;

        once(placer);

        List<AcceptedOrder> both = List.of(ec, rsa);
        AcceptedOrder first = both.stream()
                .filter(it -> parts.order(it).state() instanceof OrderState.Placed)
                .findFirst()
                .orElseThrow();
        AcceptedOrder second = first == ec ? rsa : ec;
        assertThat(parts.order(second).state()).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).as("no attempt is lost").isEqualTo(1);
            assertThat(due.lastProblem().orElseThrow().code()).isEqualTo(ErrorCode.ORDER_RUNNING);
            assertThat(due.lastProblem().orElseThrow().detail())
                    .contains(parts.order(first).name());
        });
        assertThat(parts.facts()).containsOnlyOnce("order.placed");

        parts.database.inTransaction(tx -> {
            parts.transitions.apply(tx, first.orderId(), new Input.Authorized(1));
            parts.transitions.apply(tx, first.orderId(), new Input.Issued(1, "f1", List.of()));
            return tx.execute("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        });
        accounts.behaviour = accounts::accept;
        once(placer);
        assertThat(parts.order(second).state()).isInstanceOf(OrderState.Placed.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
