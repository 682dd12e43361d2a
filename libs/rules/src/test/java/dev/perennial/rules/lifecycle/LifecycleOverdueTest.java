package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.REFUSE;
import static dev.perennial.rules.lifecycle.Samples.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Resume;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An overdue order leaves its CA, which may still issue (ADR 10). */
class LifecycleOverdueTest {
    @Test
    void startsANewAttemptWhenTheOrderIsOverdueAlthoughTheCaMayHaveIssued() {
        Situation overdue = new Situation(
                Optional.of(new Situation.Overdue(NOW.plusSeconds(60), "the served certificate expires")), false, 0);
        OrderState state = new OrderState.Authorized(1, ACME, 7, NOW, Map.of());
        Input failed =
                new Input.IssuanceFailed(1, Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test"), Finalization.MAYBE);

        Moved before = (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, overdue, NOW.plusSeconds(59));
        Moved after = (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, overdue, NOW.plusSeconds(60));

        assertThat(before.next())
                .isInstanceOfSatisfying(OrderState.Authorized.class, waiting -> assertThat(waiting.deadline())
                        .as("not later than the order is overdue")
                        .isEqualTo(NOW.plusSeconds(60)));
        assertThat(after.next()).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).isEqualTo(2);
            assertThat(due.lastProblem().orElseThrow().detail()).endsWith("the served certificate expires");
        });
        assertThat(after.effects()).containsExactly(new Decision.Leave(1, ACME));
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"VAULT_UNAVAILABLE", "DNS_UNAVAILABLE", "INTERNAL"})
    void leavesNoCaThatIsNotTheCause(ErrorCode code) {
        Input failed = new Input.IssuanceFailed(1, Problem.of(code, "of this test"), Finalization.MAYBE);

        assertThat(overdueOn(failed, false).effects()).isEmpty();
    }

    @Test
    void leavesOneCaPerOrder() {
        Input failed =
                new Input.IssuanceFailed(1, Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test"), Finalization.MAYBE);

        assertThat(overdueOn(failed, false).effects()).hasSize(1);
        assertThat(overdueOn(failed, true).effects()).isEmpty();
    }

    private static Moved overdueOn(Input input, boolean unresolved) {
        Situation overdue = new Situation(Optional.of(new Situation.Overdue(NOW, "of this test")), unresolved, 0);
        return (Moved) LIFECYCLE.on(
                OrderPurpose.LIVE, new OrderState.Authorized(1, ACME, 0, NOW, Map.of()), input, overdue, NOW);
    }

    @Test
    void abandonsNoOrderForWhichAnotherCaMayHaveIssued() {
        Situation unresolved = new Situation(Optional.empty(), true, 0);
        OrderState due = new OrderState.Due(2, NOW, 0, Optional.empty());
        OrderState placed = new OrderState.Placed(2, ACME, 0, NOW, Map.of());

        Moved refusedOrder =
                (Moved) LIFECYCLE.on(OrderPurpose.LIVE, due, new Input.PlacementRefused(2, REFUSE), unresolved, NOW);
        Moved refusedProof = (Moved)
                LIFECYCLE.on(OrderPurpose.LIVE, placed, new Input.Rejected(2, List.of(REFUSE)), unresolved, NOW);

        assertThat(refusedOrder.next()).isInstanceOf(OrderState.Due.class);
        assertThat(refusedProof.next()).isInstanceOf(OrderState.Due.class);
    }

    @Test
    void continuesAtTheCaThatWasLeftIfItHasIssued() {
        OrderState due = new OrderState.Due(2, NOW, 0, Optional.empty());
        Situation unresolved = new Situation(Optional.empty(), true, 0);

        Moved moved = (Moved) LIFECYCLE.on(OrderPurpose.LIVE, due, new Input.Recovered(ACME), unresolved, NOW);

        assertThat(moved.next()).isInstanceOf(OrderState.Authorized.class);
        assertThat(moved.effects()).containsExactly(new Decision.Return(2, ACME), new Resume(2, ACME));
    }
}
