package dev.perennial.simulation;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetryPolicy;
import dev.perennial.simulation.SeededRandom.Draw;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies the lifecycle rules of the order-service to determine when an order is retried. */
final class OrderRetries {
    private static final AcmeOrder ACME_ORDER = new AcmeOrder(
            URI.create("https://ca.example/o"), URI.create("https://ca.example/f"), List.of(), Optional.empty());

    private final Lifecycle lifecycle = new Lifecycle(Duration.ofMinutes(5), RetryPolicy.DEFAULT);
    private final Population all;
    private final SeededRandom random;

    OrderRetries(Population all, SeededRandom random) {
        this.all = all;
        this.random = random;
    }

    /** The placement failed temporarily. @return the time of the next attempt to place the order */
    int postponed(int certificate, ErrorCode code, int now) {
        Instant at = VirtualClock.at(now);
        var due = new OrderState.Due(all.attempt[certificate], at, all.postponements[certificate], Optional.empty());
        return next(certificate, due, new Input.PlacementPostponed(due.attempt(), Problem.of(code, "modelled")), at);
    }

    /** The order failed. @return the time of the next attempt */
    int rejected(int certificate, ErrorCode code, int now) {
        Instant at = VirtualClock.at(now);
        var placed = new OrderState.Placed(all.attempt[certificate], ACME_ORDER, 0, at, Map.of());
        return next(
                certificate, placed, new Input.Rejected(placed.attempt(), List.of(Problem.of(code, "modelled"))), at);
    }

    private int next(int certificate, OrderState state, Input input, Instant now) {
        double share = random.of(Draw.RETRY_JITTER, certificate, all.orderAttempt(certificate));
        Decision decision = lifecycle.withJitter(share).on(OrderPurpose.LIVE, state, input, now);
        if (decision instanceof Decision.Moved(OrderState.Due due, var effects)) {
            all.attempt[certificate] = (byte) Math.min(due.attempt(), Byte.MAX_VALUE);
            all.postponements[certificate] = (short) due.postponements();
            return VirtualClock.seconds(due.dueAt());
        }
        // The fleet resumes the same ACME order; the model places it again, which costs more of the CA's limits.
        if (decision instanceof Decision.Moved(OrderState.AtTheCa waiting, var effects)) {
            return VirtualClock.seconds(waiting.deadline());
        }
        throw new IllegalStateException("the model does not abandon orders");
    }
}
