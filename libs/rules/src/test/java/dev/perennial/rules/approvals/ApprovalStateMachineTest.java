package dev.perennial.rules.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.approvals.ApprovalStateMachine.Command;
import dev.perennial.rules.approvals.ApprovalStateMachine.Move;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ApprovalStateMachineTest {
    private static final Map<Command, ApprovalState> NEXT = Map.of(
            Command.APPROVE, ApprovalState.APPROVED,
            Command.REJECT, ApprovalState.REJECTED,
            Command.WITHDRAW, ApprovalState.WITHDRAWN);

    @Test
    void decidesInTimeOnly() {
        for (Command command : Command.values()) {
            assertThat(ApprovalStateMachine.on(ApprovalState.WAITING, command, false, false))
                    .isEqualTo(new Move.To(NEXT.get(command)));
            assertThat(ApprovalStateMachine.on(ApprovalState.WAITING, command, true, false))
                    .as("%s after the time for the decision", command)
                    .isInstanceOf(Move.Refused.class);
        }
    }

    @Test
    void neverChangesADecision() {
        for (ApprovalState state : ApprovalState.values()) {
            if (state == ApprovalState.WAITING) {
                continue;
            }
            for (Command command : Command.values()) {
                for (boolean expired : new boolean[] {false, true}) {
                    assertThat(ApprovalStateMachine.on(state, command, expired, false))
                            .as("%s in state %s", command, state)
                            .isInstanceOf(Move.Refused.class);
                    assertThat(ApprovalStateMachine.on(state, command, expired, true))
                            .as("%s again in state %s", command, state)
                            .isInstanceOf(NEXT.get(command) == state ? Move.Unchanged.class : Move.Refused.class);
                }
            }
        }
    }
}
