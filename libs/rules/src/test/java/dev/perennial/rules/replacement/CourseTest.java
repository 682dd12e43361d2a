package dev.perennial.rules.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class CourseTest {
    private static final String TABLE = """
            order    planned    running    paused     done  cancelled
            approve  RUNNING    -          !          !     !
            pause    !          PAUSED     -          !     !
            resume   !          -          RUNNING    !     !
            cancel   CANCELLED  CANCELLED  CANCELLED  !     -
            stop     !          PAUSED     -          -     -
            finish   !          DONE       DONE       -     -
            """;

    @Test
    void doesWhatTheTableSays() {
        List<String> header = cells(TABLE.lines().findFirst().orElseThrow());
        List<String> wrong = new ArrayList<>();
        List<List<String>> rows = TABLE.lines().skip(1).map(CourseTest::cells).toList();
        for (List<String> row : rows) {
            Course.Order order = Course.Order.valueOf(row.getFirst().toUpperCase(Locale.ROOT));
            for (int column = 1; column < row.size(); column++) {
                RunState state = RunState.valueOf(header.get(column).toUpperCase(Locale.ROOT));
                String seen = seen(Course.on(state, order, false));
                if (!seen.equals(row.get(column))) {
                    wrong.add(state + " x " + order + ": " + seen + ", not " + row.get(column));
                }
            }
        }

        assertThat(wrong).isEmpty();
        assertThat(rows).hasSize(Course.Order.values().length);
        assertThat(header).hasSize(1 + RunState.values().length);
    }

    @Test
    void approvesNoPlanThatIsTooOldAndHoldsNothingElseAgainstIt() {
        assertThat(Course.on(RunState.PLANNED, Course.Order.APPROVE, true))
                .isInstanceOfSatisfying(
                        Course.Move.Refused.class, no -> assertThat(no.reason()).contains("too old"));
        assertThat(seen(Course.on(RunState.PLANNED, Course.Order.CANCEL, true))).isEqualTo("CANCELLED");
        assertThat(seen(Course.on(RunState.PAUSED, Course.Order.RESUME, true))).isEqualTo("RUNNING");
    }

    private static String seen(Course.Move move) {
        return switch (move) {
            case Course.Move.To to -> to.next().name();
            case Course.Move.Unchanged it -> "-";
            case Course.Move.Refused it -> "!";
        };
    }

    private static List<String> cells(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
