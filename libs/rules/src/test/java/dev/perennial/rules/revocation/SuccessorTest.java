package dev.perennial.rules.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Rollout;
import dev.perennial.rules.revocation.Successor.NewerOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SuccessorTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Rollout ROLLOUT = new Rollout("f1", new TreeSet<>(), new TreeSet<>(), new TreeMap<>());
    private static final OrderState DUE = new OrderState.Due(1, NOW, 0, Optional.empty());
    private static final OrderState ISSUED = new OrderState.Issued(1, ROLLOUT, Optional.empty());
    private static final OrderState DEPLOYED = new OrderState.Deployed(1, ROLLOUT);
    private static final OrderState FAILED =
            new OrderState.Failed(1, Problem.of(ErrorCode.CA_REFUSED, "the CA refuses the order"));

    @Test
    void isAbsentWithoutANewerOrder() {
        assertThat(Successor.of(List.of())).isEqualTo(new Successor.None());
    }

    @Test
    void isServedOnceItIsDeployed() {
        assertThat(Successor.of(List.of(order(DUE, true), order(DEPLOYED, true))))
                .isEqualTo(new Successor.Served());
    }

    @Test
    void isServedOnceItIsIssuedWithoutTargets() {
        assertThat(Successor.of(List.of(order(ISSUED, false)))).isEqualTo(new Successor.Served());
        assertThat(Successor.of(List.of(order(ISSUED, true)))).isEqualTo(new Successor.UnderWay());
    }

    @Test
    void isAbsentIfItHasTheCompromisedKey() {
        assertThat(Successor.of(List.of(new NewerOrder(new OrderSnapshot(DEPLOYED, false, NOW), true, true))))
                .isEqualTo(new Successor.None());
    }

    @Test
    void isUnderWayWhileARehearsalIsIssued() {
        assertThat(Successor.of(List.of(new NewerOrder(new OrderSnapshot(ISSUED, true, NOW), false, false))))
                .isEqualTo(new Successor.UnderWay());
    }

    @Test
    void fails() {
        assertThat(Successor.of(List.of(order(FAILED, true)))).isEqualTo(new Successor.Failed(NOW));
    }

    private static NewerOrder order(OrderState state, boolean hasTargets) {
        return new NewerOrder(new OrderSnapshot(state, false, NOW), hasTargets, false);
    }
}
