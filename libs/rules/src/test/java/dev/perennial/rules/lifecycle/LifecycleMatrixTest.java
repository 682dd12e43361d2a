package dev.perennial.rules.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The result of every input in every state. */
class LifecycleMatrixTest {
    /** A cell contains the next state, {@code +} for a report that is stored, {@code -} for ignored, or {@code !} for refused. */
    private static final String LIVE = """
            input              due      placed     authorized issued     deployed   undeployed rehearsed failed
            placed             Placed   -          -          -          -          -          -         -
            placementRefused   Failed   -          -          -          -          -          -         -
            placementPostponed Due      -          -          -          -          -          -         -
            authorized         !        Authorized -          -          -          -          -         -
            rejected           !        Due        Due        -          -          -          -         -
            issued             !        Issued     Issued     -          -          -          -         !
            issuanceFailed     !        Due        Due        -          -          -          -         -
            deployed           +        +          +          Issued     -          Deployed   -         -
            rehearsed          !        !          !          !          !          !          !         !
            deploymentFailed   +        +          +          Undeployed Undeployed Undeployed -         -
            rolledBack         +        +          +          Undeployed Undeployed Undeployed -         -
            deadlinePassed     -        Placed     Authorized Issued     -          Undeployed -         -
            withdrawn          Failed   -          -          -          -          -          -         -
            superseded         -        -          -          Issued     -          Undeployed -         -
            recovered          -        -          -          -          -          -          -         -
            """;

    /** A rehearsal is never deployed; the column is there for completeness. */
    private static final String REHEARSAL = """
            input              due      placed     authorized issued     deployed   undeployed rehearsed failed
            placed             Placed   -          -          -          -          -          -         -
            placementRefused   Failed   -          -          -          -          -          -         -
            placementPostponed Due      -          -          -          -          -          -         -
            authorized         !        Authorized -          -          -          -          -         -
            rejected           !        Due        Due        -          -          -          -         -
            issued             !        Issued     Issued     -          -          -          -         !
            issuanceFailed     !        Due        Due        -          -          -          -         -
            deployed           !        !          !          !          !          !          !         !
            rehearsed          +        +          +          Issued     -          Rehearsed  -         -
            deploymentFailed   +        +          +          Undeployed Undeployed Undeployed -         -
            rolledBack         !        !          !          !          !          !          !         !
            deadlinePassed     -        Placed     Authorized Issued     -          Undeployed -         -
            withdrawn          Failed   -          -          Rehearsed  -          Rehearsed  -         -
            superseded         -        -          -          Rehearsed  -          Rehearsed  -         -
            recovered          -        -          -          -          -          -          -         -
            """;

    /** A drill is never deployed, undeployed or retried; the columns are there for completeness. */
    private static final String DRILL = """
            input              due      placed     authorized issued     deployed   undeployed rehearsed failed
            placed             Placed   -          -          -          -          -          -         -
            placementRefused   Failed   -          -          -          -          -          -         -
            placementPostponed Due      -          -          -          -          -          -         -
            authorized         !        Authorized -          -          -          -          -         -
            rejected           !        Failed     Failed     -          -          -          -         -
            issued             !        Issued     Issued     -          -          -          -         !
            issuanceFailed     !        Failed     Failed     -          -          -          -         -
            deployed           !        !          !          !          !          !          !         !
            rehearsed          +        +          +          Issued     -          Rehearsed  -         -
            deploymentFailed   +        +          +          Failed     Failed     Failed     -         -
            rolledBack         !        !          !          !          !          !          !         !
            deadlinePassed     -        Placed     Authorized Issued     -          Failed     -         -
            withdrawn          Failed   -          -          Rehearsed  -          Rehearsed  -         -
            superseded         -        -          -          Rehearsed  -          Rehearsed  -         -
            recovered          -        -          -          -          -          -          -         -
            """;

    @ParameterizedTest
    @EnumSource
    void followsTheTransitionTable(OrderPurpose purpose) {
        String expected =
                switch (purpose) {
                    case LIVE -> LIVE;
                    case REHEARSAL -> REHEARSAL;
                    case DRILL -> DRILL;
                };
        List<String> header = cells(expected.lines().findFirst().orElseThrow());
        List<String> wrong = new ArrayList<>();
        Map<String, Input> inputs = Samples.inputs(2);
        Map<String, OrderState> states = Samples.states();

        expected.lines().skip(1).map(LifecycleMatrixTest::cells).forEach(row -> {
            for (int column = 1; column < row.size(); column++) {
                String observed = observed(purpose, states.get(header.get(column)), inputs.get(row.getFirst()));
                if (!observed.equals(row.get(column))) {
                    wrong.add(
                            header.get(column) + " x " + row.getFirst() + ": " + observed + ", not " + row.get(column));
                }
            }
        });

        assertThat(wrong).isEmpty();
        assertThat(header)
                .hasSize(1
                        + OrderState.class.getPermittedSubclasses().length
                        + OrderState.BeforeIssuance.class.getPermittedSubclasses().length
                        + OrderState.AtTheCa.class.getPermittedSubclasses().length
                        - 2);
        assertThat(expected.lines().skip(1).count()).isEqualTo(inputs.size());
        assertThat(inputs.values().stream().map(Object::getClass).distinct())
                .hasSameSizeAs(inputs.keySet())
                .hasSize(Input.class.getPermittedSubclasses().length
                        + Input.OfAttempt.class.getPermittedSubclasses().length
                        + Input.OfHost.class.getPermittedSubclasses().length
                        - 2);
    }

    @Test
    void ignoresEverythingOfAnEarlierAttemptButItsCertificate() {
        Samples.states().forEach((name, state) -> Samples.inputs(1).forEach((what, input) -> {
            if (input instanceof Input.OfAttempt && !(input instanceof Input.Issued)) {
                assertThat(Samples.LIFECYCLE.on(OrderPurpose.LIVE, state, input, Samples.NOW))
                        .as(name + " x " + what)
                        .isInstanceOf(Decision.Ignored.class);
            }
        }));
    }

    @ParameterizedTest
    @CsvSource({
        "due, Issued",
        "placed, Issued",
        "authorized, Issued",
        "issued, -",
        "deployed, -",
        "undeployed, -",
        "rehearsed, -",
        "failed, !"
    })
    void usesTheCertificateOfAnEarlierAttempt(String state, String expected) {
        assertThat(observed(OrderPurpose.LIVE, Samples.states().get(state), new Input.Issued(1, "f1", Samples.TARGETS)))
                .isEqualTo(expected);
    }

    @Test
    void refusesEverythingOfALaterAttempt() {
        Samples.states().forEach((name, state) -> Samples.inputs(3).forEach((what, input) -> {
            if (input instanceof Input.OfAttempt) {
                assertThat(Samples.LIFECYCLE.on(OrderPurpose.LIVE, state, input, Samples.NOW))
                        .as(name + " x " + what)
                        .isInstanceOf(Decision.Refused.class);
            }
        }));
    }

    private static String observed(OrderPurpose purpose, OrderState state, Input input) {
        return switch (Samples.LIFECYCLE.on(purpose, state, input, Samples.NOW)) {
            case Decision.Moved moved -> moved.next().getClass().getSimpleName();
            case Decision.ReportStored it -> "+";
            case Decision.Ignored it -> "-";
            case Decision.Refused it -> "!";
        };
    }

    private static List<String> cells(String line) {
        return Arrays.asList(line.strip().split("\\s+"));
    }
}
