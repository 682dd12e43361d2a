package dev.perennial.orders.placement;

import static dev.perennial.orders.placement.PlacerRuns.untilIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Finalization;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Interrupted orders share the capacity of their issuer with new ones. */
class ResumptionLimitIT extends TwoIssuersSetup {
    private final Supervisor supervisor = new Supervisor(parts.database, parts.transitions, SMALL, parts.clock);

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

    private List<StoredOrder> resumed(List<AcceptedOrder> orders) {
        return orders.stream()
                .map(parts::order)
                .filter(ResumptionLimitIT::isResumed)
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
}
