package dev.perennial.orders.placement;

import static dev.perennial.orders.placement.PlacerRuns.once;
import static dev.perennial.orders.placement.PlacerRuns.placer;
import static dev.perennial.orders.placement.PlacerRuns.until;
import static dev.perennial.orders.placement.PlacerRuns.untilIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** A CA that hangs does not delay the orders of another one. At most 8 orders are in progress, 4 of one issuer. */
class InProgressLimitIT {
    private static final PlacementConfig SMALL = new PlacerSetup(64, 8);
    private static final String HANGING = "local";
    private static final String HEALTHY = "staging";
    private static final Problem TIMED_OUT = Problem.of(ErrorCode.CA_UNAVAILABLE, "no complete response within 20 s");

    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts accounts = new FakeAccounts();
    private final Placer placer = placer(parts, accounts, SMALL);
    private final Supervisor supervisor = new Supervisor(parts.database, parts.transitions, SMALL, parts.clock);

    @Test
    void placesOrdersOfAnotherIssuerWhileOneHasItsShareInProgress() {
        List<AcceptedOrder> hanging = orders(10, HANGING, "web");
        untilIdle(placer);
        List<AcceptedOrder> healthy = orders(2, HEALTHY, "web");
        untilIdle(placer);

        assertThat(in(StateName.PLACED, hanging)).hasSize(4);
        assertThat(in(StateName.PLACED, healthy)).hasSize(2);
        assertThat(in(StateName.DUE, hanging)).allSatisfy(order -> {
            Problem why = order.waitProblem().orElseThrow();
            assertThat(why.code()).isEqualTo(ErrorCode.WAITING_FOR_CAPACITY);
            assertThat(why.detail()).contains("'" + HANGING + "'");
            assertThat(why.nextAttemptAt()).isEqualTo(order.dueAt());
            assertThat(order.dueAt().orElseThrow()).isAfter(parts.clock.instant());
        });
    }

    @Test
    void placesAWaitingOrderAsSoonAsAnotherOneOfTheIssuerHasLeft() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        untilIdle(placer);
        assertThat(in(StateName.PLACED, orders)).hasSize(4);

        move(in(StateName.PLACED, orders).getFirst(), new Input.Authorized(1));
        untilIdle(placer);
        assertThat(in(StateName.PLACED, orders))
                .as("the issuance-service processes it")
                .hasSize(3);

        move(in(StateName.AUTHORIZED, orders).getFirst(), new Input.Issued(1, "f1", List.of()));
        untilIdle(placer);
        assertThat(in(StateName.PLACED, orders)).hasSize(4);
    }

    @Test
    void letsOwnersTakeTurnsAmongWaitingOrders() {
        List<AcceptedOrder> big = orders(20, HANGING, "big");
        untilIdle(placer);
        List<AcceptedOrder> small = orders(1, HANGING, "small");
        untilIdle(placer);
        assertThat(in(StateName.DUE, small)).hasSize(1);

        in(StateName.PLACED, big).stream().limit(2).forEach(this::issue);
        untilIdle(placer);

        assertThat(in(StateName.PLACED, small)).hasSize(1);
    }

    @Test
    void countsNoOrderThatWaitsForItsResumption() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        untilIdle(placer);
        in(StateName.PLACED, orders).forEach(order -> move(order, rejected()));

        untilIdle(placer);

        assertThat(in(StateName.PLACED, orders)).hasSize(6);
        StoredOrder interrupted = parts.order(orders.getFirst());
        Problem why = interrupted.lastProblem().orElseThrow();
        assertThat(why.code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
        assertThat(why.nextAttemptAt()).isEqualTo(interrupted.deadlineAt());
    }

    @Test
    void countsNoOrderWhoseReportIsMissingForTooLong() {
        List<AcceptedOrder> orders = orders(8, HANGING, "web");
        untilIdle(placer);
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET updated_at = now() - interval '6 minutes'"));

        untilIdle(placer);

        assertThat(in(StateName.PLACED, orders)).hasSize(8);
    }

    @Test
    void resumesNoMoreOrdersThanMayBeInProgressAndTheOthersLater() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        interruptAll(orders);
        assertThat(in(StateName.PLACED, orders)).hasSize(6);

        supervisor.round();
        supervisor.round();
        assertThat(resumed(orders)).hasSize(4);

        issue(resumed(orders).getFirst());
        supervisor.round();
        assertThat(in(StateName.PLACED, orders)).hasSize(5).allMatch(it -> isResumed(it) || isInterrupted(it));
        assertThat(resumed(orders)).hasSize(4);
    }

    /** Half of the issuer's share is for due resumptions, and the rest for new orders. */
    @Test
    void sharesTheCapacityOfAnIssuerBetweenDueResumptionsAndNewOrders() {
        List<AcceptedOrder> orders = orders(4, HANGING, "web");
        interruptAll(orders);
        List<AcceptedOrder> late = orders(5, HANGING, "late");

        untilIdle(placer);
        assertThat(in(StateName.PLACED, late)).hasSize(3);
        supervisor.round();
        assertThat(resumed(orders)).hasSize(1);
    }

    /** Whichever worker comes first: interrupted orders leave a part to new ones. */
    @Test
    void leavesCapacityToNewOrdersWhileManyAreToBeResumed() {
        List<AcceptedOrder> orders = orders(8, HANGING, "web");
        interruptAll(orders);
        supervisor.round();
        List<AcceptedOrder> late = orders(2, HANGING, "late");
        untilIdle(placer);
        assertThat(in(StateName.PLACED, late)).as("the issuer has its share").isEmpty();

        for (int i = 0; i < 3; i++) {
            issue(resumed(orders).getFirst());
            supervisor.round();
            untilIdle(placer);
        }

        assertThat(in(StateName.PLACED, late)).isNotEmpty();
    }

    @Test
    void resumesTheOrdersOfAnotherIssuerWhileOneHasItsShareInProgress() {
        List<AcceptedOrder> hanging = orders(8, HANGING, "web");
        interruptAll(hanging);
        supervisor.round();
        List<AcceptedOrder> healthy = orders(1, HEALTHY, "web");
        interruptAll(healthy);

        supervisor.round();

        assertThat(resumed(healthy)).hasSize(1);
    }

    @Test
    void resumesAnIssuanceThatFailedTemporarily() {
        List<AcceptedOrder> orders = orders(1, HANGING, "web");
        untilIdle(placer);
        StoredOrder order = parts.order(orders.getFirst());
        move(order, new Input.Authorized(1));
        move(order, new Input.IssuanceFailed(1, TIMED_OUT, Finalization.MAYBE));

        assertThat(parts.order(orders.getFirst()).lastProblem()).isPresent();
        makeResumptionsDue();
        supervisor.round();

        assertThat(resumed(orders)).hasSize(1);
    }

    @Test
    void placesOrdersOfAnotherIssuerWhileNewOrdersHang() {
        CountDownLatch answers = new CountDownLatch(1);
        accounts.behaviour = identifiers -> {
            if (identifiers.getFirst().value().startsWith(HANGING)) {
                await(answers);
            }
            return accounts.accept(identifiers);
        };
        Placer narrow = placer(parts, accounts, 4);
        List<AcceptedOrder> hanging = orders(10, HANGING, "web");
        narrow.round();
        narrow.round();
        List<AcceptedOrder> healthy = orders(3, HEALTHY, "web");

        until(() -> {
            narrow.round();
            return in(StateName.PLACED, healthy).size() == 3;
        });

        assertThat(in(StateName.DUE, hanging)).hasSize(10);
        assertThat(narrow.inFlight()).isEqualTo(2);
        answers.countDown();
        until(() -> narrow.inFlight() == 0);
        untilIdle(narrow);
        assertThat(in(StateName.PLACED, hanging)).hasSize(10);
    }

    /** Names that fail narrow the window of their owner: 8 orders of 64. */
    @Test
    void leavesCapacityToOtherOwnersWhileTheNamesOfOneFail() {
        Placer wide = placer(parts, accounts, new PlacerSetup(64, 1_000));
        List<AcceptedOrder> failing = orders(40, HANGING, "poor");
        failing.stream().limit(30).forEach(this::fail);
        untilIdle(wide);
        List<AcceptedOrder> healthy = orders(20, HANGING, "rich");
        untilIdle(wide);

        assertThat(in(StateName.PLACED, failing)).hasSize(8);
        assertThat(in(StateName.PLACED, healthy)).hasSize(20);
        assertThat(in(StateName.DUE, failing)).hasSize(32).allSatisfy(order -> assertThat(
                        order.waitProblem().orElseThrow().detail())
                .contains("the owner 'poor'", "fewer after each name that fails"));

        StoredOrder proven = in(StateName.PLACED, failing).getFirst();
        parts.database.inTransaction(tx -> {
            parts.budget.proven(tx, proven, parts.clock.instant());
            return tx;
        });
        issue(proven);
        untilIdle(wide);

        assertThat(in(StateName.PLACED, failing))
                .as("one has ended, and the window is wider by one")
                .hasSize(9);
    }

    /** As a report of the validation-service does. */
    private void fail(AcceptedOrder accepted) {
        StoredOrder order = parts.order(accepted);
        OrderRejected report = new OrderRejected(
                order.certificateId(),
                order.id(),
                1,
                List.of(new OrderRejected.IdentifierProblem(
                        order.spec().identifiers().getFirst(),
                        Problem.of(ErrorCode.SELF_CHECK_FAILED, "it does not resolve"))));
        parts.database.inTransaction(tx -> {
            parts.budget.proofFailed(tx, order, report, parts.clock.instant());
            return tx;
        });
    }

    /** A long queue must not be written again every minute. */
    @Test
    void waitsLongerTheOlderTheOrderIs() {
        List<AcceptedOrder> orders = orders(6, HANGING, "web");
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET created_at = now() - interval '10 minutes'"));

        untilIdle(placer);

        assertThat(in(StateName.DUE, orders)).hasSize(2).allSatisfy(order -> assertThat(
                        order.dueAt().orElseThrow())
                .isAfter(parts.clock.instant().plus(Duration.ofMinutes(9))));
    }

    /** It would otherwise wait for the issuer that is down although another one could take it. */
    @Test
    void placesAWaitingOrderAtTheFallbackWhenItsTimeComes() {
        List<AcceptedOrder> orders = orders(5, HANGING, "web");
        untilIdle(placer);
        parts.candidates = spec -> List.of(HANGING, HEALTHY);
        parts.database.inTransaction(tx -> {
            for (int i = 0; i < 3; i++) {
                parts.failover.observe(
                        tx,
                        in(StateName.PLACED, orders).getFirst(),
                        rejected(),
                        parts.clock.instant().minus(Duration.ofMinutes(1)));
            }
            return tx.execute("UPDATE certificate_order SET due_at = now() WHERE state = 'DUE'");
        });

        once(placer);

        assertThat(in(StateName.PLACED, orders)).hasSize(5);
        assertThat(in(StateName.PLACED, orders)).extracting(StoredOrder::issuer).contains(HEALTHY);
    }

    private List<AcceptedOrder> orders(int count, String issuer, String owner) {
        List<AcceptedOrder> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = issuer + "-" + owner + "-" + i;
            all.add(parts.accepted(
                    name,
                    new CertificateRequested(
                            name,
                            owner,
                            List.of(new RequestedIdentifier("dns", name + ".example.com")),
                            Optional.of(issuer),
                            Optional.empty(),
                            List.of(),
                            Map.of())));
        }
        return all;
    }

    private List<StoredOrder> in(StateName state, List<AcceptedOrder> orders) {
        return orders.stream()
                .map(parts::order)
                .filter(order -> StateName.of(order.state()) == state)
                .toList();
    }

    private List<StoredOrder> resumed(List<AcceptedOrder> orders) {
        return orders.stream()
                .map(parts::order)
                .filter(InProgressLimitIT::isResumed)
                .toList();
    }

    private static boolean isResumed(StoredOrder order) {
        return order.state() instanceof OrderState.AtTheCa it
                && it.resumptions() == 1
                && order.lastProblem().isEmpty();
    }

    private static boolean isInterrupted(StoredOrder order) {
        return order.lastProblem().isPresent();
    }

    /** Places the orders, although there are too many, and lets their resumption be due. */
    private void interruptAll(List<AcceptedOrder> orders) {
        while (in(StateName.PLACED, orders).size() < orders.size()) {
            untilIdle(placer);
            in(StateName.PLACED, orders).stream()
                    .filter(order -> !isInterrupted(order))
                    .forEach(order -> move(order, rejected()));
        }
        in(StateName.PLACED, orders).stream()
                .filter(order -> !isInterrupted(order))
                .forEach(order -> move(order, rejected()));
        makeResumptionsDue();
    }

    private void makeResumptionsDue() {
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate_order SET deadline_at = now() - interval '1 second' WHERE problem IS NOT NULL"));
    }

    private void issue(StoredOrder order) {
        move(order, new Input.Authorized(1));
        move(order, new Input.Issued(1, "f-" + order.id(), List.of()));
    }

    private void move(StoredOrder order, Input input) {
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order.id(), input));
    }

    private static Input.Rejected rejected() {
        return new Input.Rejected(1, List.of(TIMED_OUT));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
