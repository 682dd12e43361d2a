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
public record Sign(Step step, Optional<Problem> failure) {
    /** Of the CA itself. That it refuses, limits or does not find a proof shows that it is alive. */
    private static final Set<ErrorCode> OUT_OF_ORDER = EnumSet.of(ErrorCode.CA_UNAVAILABLE, ErrorCode.CA_MISBEHAVED);

    /** Empty where the news say nothing: a Vault that is sealed, an account that somebody has to bind, a host's word. */
    public static Optional<Sign> in(Input input) {
        return switch (input) {
            case Input.Placed it -> alive(Step.PLACING);
            case Input.PlacementRefused it -> alive(Step.PLACING);
            case Input.PlacementPostponed it -> failure(Step.PLACING, List.of(it.problem()));
            case Input.Authorized it -> alive(Step.PROVING);
            case Input.Rejected it -> failure(Step.PROVING, it.problems());
            case Input.Issued it -> alive(Step.ISSUING);
            case Input.IssuanceFailed it -> failure(Step.ISSUING, List.of(it.problem()));
            case Input.OfHost it -> Optional.empty();
            case Input.DeadlinePassed it -> Optional.empty();
            case Input.Withdrawn it -> Optional.empty();
            case Input.Superseded it -> Optional.empty();
        };
    }

    private static Optional<Sign> alive(Step step) {
        return Optional.of(new Sign(step, Optional.empty()));
    }

    private static Optional<Sign> failure(Step step, List<Problem> problems) {
        return problems.stream()
                .filter(problem -> OUT_OF_ORDER.contains(problem.code()))
                .findFirst()
                .map(problem -> new Sign(step, Optional.of(problem)));
    }
}
