package dev.perennial.rules.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RunStateMachineTest {
    private static final String TABLE = """
            command    planned    running    paused     done  cancelled
            approve  RUNNING    -          !          !     !
            pause    !          PAUSED     -          !     !
            resume   !          -          RUNNING    !     !
            cancel   CANCELLED  CANCELLED  CANCELLED  !     -
            stop     !          PAUSED     -          -     -
            finish   !          DONE       DONE       -     -
            """;

    @Test
    void followsTheTransitionTable() {
        List<String> header = cells(TABLE.lines().findFirst().orElseThrow());
        List<String> wrong = new ArrayList<>();
        List<List<String>> rows =
                TABLE.lines().skip(1).map(RunStateMachineTest::cells).toList();
        for (List<String> row : rows) {
            RunStateMachine.Command command =
                    RunStateMachine.Command.valueOf(row.getFirst().toUpperCase(Locale.ROOT));
            for (int column = 1; column < row.size(); column++) {
                RunState state = RunState.valueOf(header.get(column).toUpperCase(Locale.ROOT));
                String observed = observed(RunStateMachine.on(state, command, false));
                if (!observed.equals(row.get(column))) {
                    wrong.add(state + " x " + command + ": " + observed + ", not " + row.get(column));
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(rows).hasSize(RunStateMachine.Command.values().length);
        assertThat(header).hasSize(1 + RunState.values().length);
    }

    @Test
    void refusesToApproveAnExpiredPlan() {
        assertThat(RunStateMachine.on(RunState.PLANNED, RunStateMachine.Command.APPROVE, true))
                .isInstanceOfSatisfying(RunStateMachine.Move.Refused.class, no -> assertThat(no.reason())
                        .contains("has expired"));
        assertThat(observed(RunStateMachine.on(RunState.PLANNED, RunStateMachine.Command.CANCEL, true)))
                .isEqualTo("CANCELLED");
        assertThat(observed(RunStateMachine.on(RunState.PAUSED, RunStateMachine.Command.RESUME, true)))
                .isEqualTo("RUNNING");
    }

    private static String observed(RunStateMachine.Move move) {
        return switch (move) {
            case RunStateMachine.Move.To to -> to.next().name();
            case RunStateMachine.Move.Unchanged it -> "-";
            case RunStateMachine.Move.Refused it -> "!";
        };
    }

    private static List<String> cells(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
