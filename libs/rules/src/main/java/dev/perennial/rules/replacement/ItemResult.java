package dev.perennial.rules.replacement;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Rollout;
import java.util.Optional;

/**
 * The result of an item so far, derived from its order.
 *
 * @param fingerprint of the new certificate, once it is issued
 * @param problem why the item is retried or has failed
 */
public record ItemResult(ItemState state, Optional<String> fingerprint, Optional<Problem> problem) {
    /**
     * An item is {@code RETRYING} after a failed attempt, while a host does not serve the new certificate or does not
     * report, and while a name is in quarantine. While a CA is unavailable, it stays {@code IN_PROGRESS}: its order
     * waits and keeps its slot, so that no further item is released.
     *
     * @param waiting why the order may not be placed yet
     * @param lastProblem why the order was not placed, or why its previous attempt failed
     */
    public static ItemResult of(OrderState state, Optional<Problem> waiting, Optional<Problem> lastProblem) {
        return switch (state) {
            case OrderState.Due it -> beforeIssuance(it, waiting, lastProblem);
            case OrderState.Placed it -> beforeIssuance(it, waiting, lastProblem);
            case OrderState.Authorized it -> beforeIssuance(it, waiting, lastProblem);
            case OrderState.Issued it -> issued(it);
            case OrderState.Deployed it -> done(it.rollout());
            case OrderState.Undeployed it -> retrying(Optional.of(it.rollout().fingerprint()), it.problem());
            case OrderState.Rehearsed it -> rehearsed(it.rollout());
            case OrderState.Failed it -> new ItemResult(ItemState.FAILED, Optional.empty(), Optional.of(it.problem()));
        };
    }

    private static ItemResult beforeIssuance(
            OrderState state, Optional<Problem> waiting, Optional<Problem> lastProblem) {
        Optional<Problem> quarantined = waiting.filter(why -> why.code() == ErrorCode.NAME_QUARANTINED);
        if (quarantined.isPresent()) {
            return retrying(Optional.empty(), quarantined.get());
        }
        return state.attempt() > 1
                ? new ItemResult(ItemState.RETRYING, Optional.empty(), lastProblem)
                : new ItemResult(ItemState.IN_PROGRESS, Optional.empty(), Optional.empty());
    }

    private static ItemResult issued(OrderState.Issued issued) {
        Rollout rollout = issued.rollout();
        if (rollout.outstanding().isEmpty()) {
            return done(rollout);
        }
        return issued.watch().filter(watch -> watch.reminders() > 0).isEmpty()
                ? new ItemResult(ItemState.IN_PROGRESS, Optional.of(rollout.fingerprint()), Optional.empty())
                : retrying(
                        Optional.of(rollout.fingerprint()),
                        Problem.of(
                                ErrorCode.STEP_TIMED_OUT,
                                "the certificate is issued, and these hosts have not reported after a reminder: "
                                        + String.join(", ", rollout.outstanding())
                                        + "; the deployment continues when their agents run; check that they do"));
    }

    /** A rehearsal may end while hosts are outstanding. */
    private static ItemResult rehearsed(Rollout rollout) {
        return rollout.outstanding().isEmpty() && rollout.failed().isEmpty()
                ? done(rollout)
                : new ItemResult(
                        ItemState.FAILED,
                        Optional.of(rollout.fingerprint()),
                        Optional.of(Problem.of(
                                ErrorCode.STEP_TIMED_OUT,
                                "the rehearsal ended before these hosts completed their dry runs: "
                                        + String.join(", ", rollout.outstanding()))));
    }

    private static ItemResult done(Rollout rollout) {
        return new ItemResult(ItemState.DONE, Optional.of(rollout.fingerprint()), Optional.empty());
    }

    private static ItemResult retrying(Optional<String> fingerprint, Problem problem) {
        return new ItemResult(ItemState.RETRYING, fingerprint, Optional.of(problem));
    }
}
