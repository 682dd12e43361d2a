package dev.perennial.rules.lifecycle;

import java.time.Instant;

/**
 * The facts about an order that determine what its certificate needs next.
 *
 * @param rehearsal whether its certificate is never served: a rehearsal or a drill
 * @param updatedAt when it reached its state
 */
public record OrderSnapshot(OrderState state, boolean rehearsal, Instant updatedAt) {
    /** {@link OrderState#isInFlight} */
    public boolean isInFlight() {
        return state.isInFlight(rehearsal ? OrderPurpose.REHEARSAL : OrderPurpose.LIVE);
    }

    /**
     * Whether it is a rehearsal that can be withdrawn. An order that the CA processes cannot be withdrawn, because
     * its certificate needs an order.
     */
    public boolean isWithdrawable() {
        return switch (state) {
            case OrderState.Due it -> rehearsal;
            case OrderState.Issued it -> rehearsal;
            case OrderState.Undeployed it -> rehearsal;
            case OrderState.Placed it -> false;
            case OrderState.Authorized it -> false;
            case OrderState.Deployed it -> false;
            case OrderState.Rehearsed it -> false;
            case OrderState.Failed it -> false;
        };
    }
}
