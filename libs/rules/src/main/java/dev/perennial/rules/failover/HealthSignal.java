package dev.perennial.rules.failover;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Input;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an order's news say about the health of its CA. Pure.
 *
 * @param failure what it met; empty where the CA did its part
 */
public record HealthSignal(CaStep step, Optional<Problem> failure) {
    /** Of the CA itself. That it refuses, limits or does not find a proof shows that it is alive. */
    private static final Set<ErrorCode> OUT_OF_ORDER = EnumSet.of(ErrorCode.CA_UNAVAILABLE, ErrorCode.CA_MISBEHAVED);

    /** Empty where the news say nothing: a Vault that is sealed, an account that somebody has to bind, a host's word. */
    public static Optional<HealthSignal> in(Input input) {
        return switch (input) {
            case Input.Placed it -> alive(CaStep.PLACING);
            case Input.PlacementRefused it -> alive(CaStep.PLACING);
            case Input.PlacementPostponed it -> failure(CaStep.PLACING, List.of(it.problem()));
            case Input.Authorized it -> alive(CaStep.PROVING);
            case Input.Rejected it -> failure(CaStep.PROVING, it.problems());
            case Input.Issued it -> alive(CaStep.ISSUING);
            case Input.IssuanceFailed it -> failure(CaStep.ISSUING, List.of(it.problem()));
            case Input.OfHost it -> Optional.empty();
            case Input.DeadlinePassed it -> Optional.empty();
            case Input.Withdrawn it -> Optional.empty();
            case Input.Superseded it -> Optional.empty();
        };
    }

    private static Optional<HealthSignal> alive(CaStep step) {
        return Optional.of(new HealthSignal(step, Optional.empty()));
    }

    private static Optional<HealthSignal> failure(CaStep step, List<Problem> problems) {
        return problems.stream()
                .filter(problem -> OUT_OF_ORDER.contains(problem.code()))
                .findFirst()
                .map(problem -> new HealthSignal(step, Optional.of(problem)));
    }
}
