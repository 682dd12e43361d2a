package dev.perennial.orders.placement;

import static dev.perennial.orders.placement.PlacerRuns.placer;
import static dev.perennial.orders.placement.PlacerRuns.untilIdle;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.Problem;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Owners share the capacity of an issuer. */
class OwnersAtIssuerIT extends TwoIssuersSetup {
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
}
