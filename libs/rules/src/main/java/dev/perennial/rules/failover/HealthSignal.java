package dev.perennial.rules.failover;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Input;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The result of an input for the health of the CA: success or failure of a step. Pure.
 *
 * @param failure the problem; empty if the CA performed the step
 */
public record HealthSignal(CaStep step, Optional<Problem> failure) {
    /** Failures of the CA itself. A refusal, a rate limit or a failed proof shows that the CA works. */
    private static final Set<ErrorCode> CA_FAILURES = EnumSet.of(ErrorCode.CA_UNAVAILABLE, ErrorCode.CA_MISBEHAVED);

    /**
     * Empty if the input gives no information about the CA, for example a sealed Vault, a missing account binding, or
     * the report of a host.
     */
    public static Optional<HealthSignal> in(Input input) {
        return switch (input) {
            case Input.Placed it -> success(CaStep.PLACING);
            case Input.PlacementRefused it -> success(CaStep.PLACING);
            case Input.PlacementPostponed it -> failure(CaStep.PLACING, List.of(it.problem()));
            case Input.Authorized it -> success(CaStep.PROVING);
            case Input.Rejected it -> failure(CaStep.PROVING, it.problems());
            case Input.Issued it -> success(CaStep.ISSUING);
            case Input.IssuanceFailed it -> failure(CaStep.ISSUING, List.of(it.problem()));
            case Input.OfHost it -> Optional.empty();
            case Input.DeadlinePassed it -> Optional.empty();
            case Input.Withdrawn it -> Optional.empty();
            case Input.Recovered it -> Optional.empty();
            case Input.Superseded it -> Optional.empty();
        };
    }

    private static Optional<HealthSignal> success(CaStep step) {
        return Optional.of(new HealthSignal(step, Optional.empty()));
    }

    private static Optional<HealthSignal> failure(CaStep step, List<Problem> problems) {
        return problems.stream()
                .filter(problem -> CA_FAILURES.contains(problem.code()))
                .findFirst()
                .map(problem -> new HealthSignal(step, Optional.of(problem)));
    }
}
