package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What an input does to an order. */
public sealed interface Decision {
    /** The order is in another state now, and the effects are to be committed with it. */
    record Moved(OrderState next, List<Effect> effects) implements Decision {
        public Moved {
            effects = List.copyOf(effects);
        }

        Moved and(Effect... more) {
            return new Moved(
                    next, Stream.concat(effects.stream(), Arrays.stream(more)).toList());
        }

        static Moved to(OrderState next, Effect... effects) {
            return new Moved(next, List.of(effects));
        }
    }

    /** Nothing to do: a duplicate, or late. */
    record Ignored(String reason) implements Decision {}

    /** Cannot have happened: somebody is to look at it. */
    record Refused(String reason) implements Decision {}

    /** What the world is told. */
    sealed interface Effect {}

    /** {@code order.placed}: drives the ACME order through validation and issuance. */
    record Drive(int attempt, AcmeOrder acmeOrder) implements Effect {}

    /** {@code order.failed}. */
    record GiveUp(int attempt, Problem problem) implements Effect {}

    /** {@code deployment.overdue}: hosts are told again. */
    record Remind(int attempt, Rollout rollout) implements Effect {}

    /** {@code order.rehearsed}. */
    record EndRehearsal(int attempt) implements Effect {}

    /** The order that was rehearsed is made. */
    record GoLive() implements Effect {}
}
