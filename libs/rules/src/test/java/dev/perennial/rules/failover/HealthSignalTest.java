package dev.perennial.rules.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Input;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class HealthSignalTest {
    @ParameterizedTest
    @EnumSource(names = {"CA_UNAVAILABLE", "CA_MISBEHAVED"})
    void detectsAFailureOfTheCaAtEachStep(ErrorCode code) {
        Problem problem = Problem.of(code, "HTTP 503");

        assertThat(HealthSignal.in(new Input.PlacementPostponed(1, problem)))
                .contains(new HealthSignal(CaStep.PLACING, Optional.of(problem)));
        assertThat(HealthSignal.in(
                        new Input.Rejected(1, List.of(Problem.of(ErrorCode.CHALLENGE_FAILED, "404"), problem))))
                .contains(new HealthSignal(CaStep.PROVING, Optional.of(problem)));
        assertThat(HealthSignal.in(new Input.IssuanceFailed(1, problem, Finalization.MAYBE)))
                .contains(new HealthSignal(CaStep.ISSUING, Optional.of(problem)));
    }

    @ParameterizedTest
    @EnumSource(
            mode = Mode.EXCLUDE,
            names = {"CA_UNAVAILABLE", "CA_MISBEHAVED"})
    void ignoresOtherProblems(ErrorCode code) {
        Problem problem = Problem.of(code, "anything");

        assertThat(HealthSignal.in(new Input.PlacementPostponed(1, problem))).isEmpty();
        assertThat(HealthSignal.in(new Input.Rejected(1, List.of(problem)))).isEmpty();
        assertThat(HealthSignal.in(new Input.IssuanceFailed(1, problem, Finalization.MAYBE)))
                .isEmpty();
    }

    @Test
    void treatsARefusalAsSuccessOfTheCa() {
        Problem caa = Problem.of(ErrorCode.CA_REFUSED, "caa: forbidden");

        assertThat(HealthSignal.in(new Input.PlacementRefused(1, caa)))
                .contains(new HealthSignal(CaStep.PLACING, Optional.empty()));
    }
}
