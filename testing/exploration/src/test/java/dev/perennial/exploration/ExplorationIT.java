package dev.perennial.exploration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Situation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ExplorationIT {
    @BeforeAll
    static void silenceTheServices() {
        Logger.getLogger("").setLevel(Level.OFF);
    }

    @Test
    void keepsEveryInvariantWithTwoFaults() {
        Exploration.Result result = Exploration.run(Rules.ofProduction(), 2, 3);

        assertThat(result.violations()).isEmpty();
        // A model that lost most of its steps would find nothing either.
        assertThat(result.states()).isGreaterThan(50_000);
        assertThat(result.checks())
                .hasSize(ExplorationInvariant.values().length)
                .allSatisfy((invariant, times) ->
                        assertThat(times).as(invariant.text()).isGreaterThan(1_000));
    }

    /** Until ADR 10 was amended, a new attempt began after three resumptions without a report. */
    @Test
    void findsTheSecondCertificateOfTheFormerRules() {
        Exploration.Result result = Exploration.run(new FormerRules(), 2, 1);

        assertThat(result.violations())
                .singleElement()
                .asString()
                .contains("one-certificate", "ca2 order 0 beside [ca1 order 0]", "outage of ca1", "deadline");
    }

    private static final class FormerRules implements Rules {
        private static final int MAX_RESUMPTIONS = 3;

        private final Rules production = Rules.ofProduction();

        @Override
        public Decision on(OrderState state, Input input, Situation situation, Instant now) {
            if (state instanceof OrderState.AtTheCa waiting
                    && input instanceof Input.DeadlinePassed
                    && waiting.resumptions() >= MAX_RESUMPTIONS) {
                Problem problem = Problem.of(ErrorCode.STEP_TIMED_OUT, "no report");
                return new Decision.Moved(
                        new OrderState.Due(state.attempt() + 1, now, 0, Optional.of(problem)), List.of());
            }
            if (state instanceof OrderState.Authorized && input instanceof Input.Rejected) {
                return new Decision.Ignored("the issuance decides");
            }
            return production.on(state, input, Situation.USUAL, now);
        }

        @Override
        public boolean allowsSecondCertificate(boolean left) {
            return true;
        }
    }
}
