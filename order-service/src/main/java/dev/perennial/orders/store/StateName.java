package dev.perennial.orders.store;

import dev.perennial.rules.lifecycle.OrderState;

/** The name of a state in rows, in the API and on the metrics. */
public enum StateName {
    DUE,
    PLACED,
    AUTHORIZED,
    ISSUED,
    DEPLOYED,
    UNDEPLOYED,
    REHEARSED,
    FAILED;

    public static StateName of(OrderState state) {
        return switch (state) {
            case OrderState.Due it -> DUE;
            case OrderState.Placed it -> PLACED;
            case OrderState.Authorized it -> AUTHORIZED;
            case OrderState.Issued it -> ISSUED;
            case OrderState.Deployed it -> DEPLOYED;
            case OrderState.Undeployed it -> UNDEPLOYED;
            case OrderState.Rehearsed it -> REHEARSED;
            case OrderState.Failed it -> FAILED;
        };
    }
}
