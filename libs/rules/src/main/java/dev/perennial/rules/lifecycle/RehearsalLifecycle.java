package dev.perennial.rules.lifecycle;

import dev.perennial.rules.lifecycle.Decision.Effect;
import dev.perennial.rules.lifecycle.Decision.EndRehearsal;
import dev.perennial.rules.lifecycle.Decision.GoLive;
import dev.perennial.rules.lifecycle.Decision.Ignored;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Refused;

/** The rules of a rehearsal: those of a live order, up to the dry runs on the hosts. */
final class RehearsalLifecycle {
    private RehearsalLifecycle() {}

    static Decision on(OrderState state, Input input, Timing timing) {
        return switch (input) {
            case Input.Deployed it -> servedRehearsal(it);
            case Input.RolledBack it -> servedRehearsal(it);
            case Input.Superseded it -> ended(state);
            case Input.Withdrawn it -> withdrawn(state, it, timing);
            case Input.Rehearsed it -> asLive(state, it, timing);
            case Input.DeploymentFailed it -> asLive(state, it, timing);
            case Input.DeadlinePassed it -> asLive(state, it, timing);
            case Input.Recovered it -> asLive(state, it, timing);
            case Input.OfAttempt it -> asLive(state, it, timing);
        };
    }

    private static Decision servedRehearsal(Input.OfHost input) {
        return new Refused("host " + input.host() + " reported that it serves the certificate of a rehearsal");
    }

    private static Decision withdrawn(OrderState state, Input.Withdrawn input, Timing timing) {
        return switch (state) {
            case OrderState.Issued it -> ended(state);
            case OrderState.Undeployed it -> ended(state);
            case OrderState.Due it -> asLive(state, input, timing);
            case OrderState.Placed it -> asLive(state, input, timing);
            case OrderState.Authorized it -> asLive(state, input, timing);
            case OrderState.Deployed it -> asLive(state, input, timing);
            case OrderState.Rehearsed it -> asLive(state, input, timing);
            case OrderState.Failed it -> asLive(state, input, timing);
        };
    }

    /** Ends a rehearsal before all hosts have completed their dry runs; no live order is created. */
    private static Decision ended(OrderState state) {
        return switch (state) {
            case OrderState.Issued it -> completed(it.attempt(), it.rollout());
            case OrderState.Undeployed it -> completed(it.attempt(), it.rollout());
            case OrderState.Due it -> new Ignored("it is in flight");
            case OrderState.Placed it -> new Ignored("it is in flight");
            case OrderState.Authorized it -> new Ignored("it is in flight");
            case OrderState.Deployed it -> new Ignored("it is completed");
            case OrderState.Rehearsed it -> new Ignored("it is completed");
            case OrderState.Failed it -> new Ignored("it is completed");
        };
    }

    private static Decision asLive(OrderState state, Input input, Timing timing) {
        Decision live = Lifecycle.on(state, input, timing);
        return live instanceof Moved moved ? rehearsed(moved) : live;
    }

    private static Moved rehearsed(Moved moved) {
        return switch (moved.next()) {
            case OrderState.Deployed it -> completed(it.attempt(), it.rollout(), new GoLive());
            case OrderState.Issued it ->
                it.rollout().isEverywhere() ? completed(it.attempt(), it.rollout(), new GoLive()) : moved;
            case OrderState.Failed it -> moved.and(new EndRehearsal(it.attempt()));
            case OrderState.Due it -> moved;
            case OrderState.Placed it -> moved;
            case OrderState.Authorized it -> moved;
            case OrderState.Undeployed it -> moved;
            case OrderState.Rehearsed it -> moved;
        };
    }

    static Moved completed(int attempt, Rollout rollout, Effect... more) {
        return Moved.to(new OrderState.Rehearsed(attempt, rollout), new EndRehearsal(attempt))
                .and(more);
    }
}
