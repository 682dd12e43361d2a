package dev.perennial.rules.lifecycle;

import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Effect;
import dev.perennial.rules.lifecycle.Decision.EndRehearsal;
import dev.perennial.rules.lifecycle.Decision.Moved;

/** The rules of a drill: a rehearsal without a live order afterwards. Its first failure is its result. */
final class DrillLifecycle {
    private DrillLifecycle() {}

    static Decision on(OrderState state, Input input, Timing timing) {
        Decision rehearsal = RehearsalLifecycle.on(state, input, timing);
        return rehearsal instanceof Moved moved ? drilled(state.attempt(), moved) : rehearsal;
    }

    private static Moved drilled(int attempt, Moved moved) {
        return switch (moved.next()) {
            case OrderState.Due it ->
                it.attempt() == attempt
                        ? moved
                        : failed(attempt, it.lastProblem().orElseThrow())
                                .and(moved.effects().toArray(Effect[]::new));
            case OrderState.Undeployed it -> failed(attempt, it.problem());
            case OrderState.Rehearsed it -> RehearsalLifecycle.completed(attempt, it.rollout());
            case OrderState.Placed it -> moved;
            case OrderState.Authorized it -> moved;
            case OrderState.Issued it -> moved;
            case OrderState.Deployed it -> moved;
            case OrderState.Failed it -> moved;
        };
    }

    private static Moved failed(int attempt, Problem problem) {
        return OrderState.Failed.abandoned(attempt, problem).and(new EndRehearsal(attempt));
    }
}
