package dev.perennial.rules.revocation;

import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Instant;
import java.util.List;

/** The state of the certificate that replaces a revoked one. */
public sealed interface Successor {
    /** No order has been created for it. */
    record None() implements Successor {}

    /** Ordered, or issued and not yet proven on every target. */
    record UnderWay() implements Successor {}

    /** Its order has failed. */
    record Failed(Instant at) implements Successor {}

    /** Proven on every target, with another key if the old one is compromised. */
    record Served() implements Successor {}

    /**
     * An order that is newer than the revoked certificate.
     *
     * @param hasTargets whether any host is to serve its certificate
     * @param compromised whether its certificate has the key that is compromised
     */
    record NewerOrder(OrderSnapshot order, boolean hasTargets, boolean compromised) {
        private boolean isServed() {
            return switch (order.state()) {
                case OrderState.Deployed it -> true;
                // Without targets, an order ends here.
                case OrderState.Issued it -> !order.rehearsal() && !hasTargets;
                case OrderState.Due it -> false;
                case OrderState.Placed it -> false;
                case OrderState.Authorized it -> false;
                case OrderState.Undeployed it -> false;
                case OrderState.Rehearsed it -> false;
                case OrderState.Failed it -> false;
            };
        }
    }

    /** @param newer the newest first */
    static Successor of(List<NewerOrder> newer) {
        if (newer.stream().anyMatch(order -> order.isServed() && !order.compromised())) {
            return new Served();
        }
        return newer.stream().findFirst().map(Successor::of).orElseGet(None::new);
    }

    private static Successor of(NewerOrder latest) {
        return switch (latest.order().state()) {
            case OrderState.Due it -> new UnderWay();
            case OrderState.Placed it -> new UnderWay();
            case OrderState.Authorized it -> new UnderWay();
            case OrderState.Issued it -> latest.isServed() ? new None() : new UnderWay();
            case OrderState.Undeployed it -> new UnderWay();
            case OrderState.Deployed it -> new None();
            case OrderState.Rehearsed it -> new None();
            case OrderState.Failed it -> new Failed(latest.order().updatedAt());
        };
    }
}
