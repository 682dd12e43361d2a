package dev.perennial.orders.replacement;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.Rollout;
import dev.perennial.rules.replacement.ItemState;
import java.util.Optional;

/**
 * What an item's order says about the item.
 *
 * @param fingerprint of the new certificate, as soon as there is one
 * @param problem why it is troubled, or failed
 */
public record ItemResult(ItemState state, Optional<String> fingerprint, Optional<Problem> problem) {
    /**
     * Trouble is an attempt that came to nothing, a host that does not serve the new certificate, a name in quarantine, or silence. That a CA
     * cannot be asked is none: the orders wait for it, keep their places, and no more are released.
     */
    public static ItemResult of(StoredOrder order) {
        return switch (order.state()) {
            case OrderState.Due it -> early(order, it.attempt());
            case OrderState.Placed it -> early(order, it.attempt());
            case OrderState.Authorized it -> early(order, it.attempt());
            case OrderState.Issued it -> issued(it);
            case OrderState.Deployed it -> done(it.rollout());
            case OrderState.Undeployed it -> troubled(Optional.of(it.rollout().fingerprint()), it.problem());
            case OrderState.Rehearsed it -> rehearsed(it.rollout());
            case OrderState.Failed it -> new ItemResult(ItemState.FAILED, Optional.empty(), Optional.of(it.problem()));
        };
    }

    private static ItemResult early(StoredOrder order, int attempt) {
        Optional<Problem> quarantined = order.waiting().filter(why -> why.code() == ErrorCode.NAME_QUARANTINED);
        if (quarantined.isPresent()) {
            return troubled(Optional.empty(), quarantined.get());
        }
        return attempt > 1
                ? new ItemResult(ItemState.TROUBLED, Optional.empty(), order.lastProblem())
                : new ItemResult(ItemState.UNDER_WAY, Optional.empty(), Optional.empty());
    }

    private static ItemResult issued(OrderState.Issued issued) {
        Rollout rollout = issued.rollout();
        if (rollout.outstanding().isEmpty()) {
            return done(rollout);
        }
        return issued.watch().filter(watch -> watch.reminders() > 0).isEmpty()
                ? new ItemResult(ItemState.UNDER_WAY, Optional.of(rollout.fingerprint()), Optional.empty())
                : troubled(
                        Optional.of(rollout.fingerprint()),
                        Problem.of(
                                ErrorCode.STEP_TIMED_OUT,
                                "issued, and these hosts say nothing about it although they were told again: "
                                        + String.join(", ", rollout.outstanding())
                                        + "; see that their agents run, then they go on by themselves"));
    }

    /** It may have ended because nobody waited for its hosts any longer. */
    private static ItemResult rehearsed(Rollout rollout) {
        return rollout.outstanding().isEmpty() && rollout.failed().isEmpty()
                ? done(rollout)
                : new ItemResult(
                        ItemState.FAILED,
                        Optional.of(rollout.fingerprint()),
                        Optional.of(Problem.of(
                                ErrorCode.STEP_TIMED_OUT,
                                "it ended before every host had made its dry run: "
                                        + String.join(", ", rollout.outstanding()))));
    }

    private static ItemResult done(Rollout rollout) {
        return new ItemResult(ItemState.DONE, Optional.of(rollout.fingerprint()), Optional.empty());
    }

    private static ItemResult troubled(Optional<String> fingerprint, Problem problem) {
        return new ItemResult(ItemState.TROUBLED, fingerprint, Optional.of(problem));
    }
}
