package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The result of an input to an order. */
public sealed interface Decision {
    /** The order moves to another state; the effects are committed with it. */
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

    /** No move: the state has one more report of a host. Its deadline and the reason why it waits stay. */
    record ReportStored(OrderState.BeforeIssuance next) implements Decision {}

    /** No move: a duplicate, or too late. */
    record Ignored(String reason) implements Decision {}

    /** No move: the input is impossible in this state. An operator is alerted. */
    record Refused(String reason) implements Decision {}

    /** A change that is committed together with a move: a fact that is published, or an order that is created. */
    sealed interface Effect {}

    /** {@code order.placed}: the validation-service and then the issuance-service continue the ACME order. */
    record Resume(int attempt, AcmeOrder acmeOrder) implements Effect {}

    /**
     * The CA may have issued a certificate for the ACME order, or may still do so; nevertheless the next attempt
     * begins, at another CA if there is one.
     */
    record Leave(int attempt, AcmeOrder acmeOrder) implements Effect {}

    /** The order continues at the issuer that was left. */
    record Return(int attempt, AcmeOrder acmeOrder) implements Effect {}

    /** The certificate of the ACME order that was left is known, and cannot be used. */
    record ResolveLeft() implements Effect {}

    /** A certificate that cannot be used was issued for the order; it is counted, see {@link Situation#unusable}. */
    record CountUnusable(Problem problem) implements Effect {}

    /** {@code order.failed}. */
    record Abandon(int attempt, Problem problem) implements Effect {}

    /** {@code deployment.overdue}: a reminder to hosts that do not serve the certificate. */
    record Remind(int attempt, Rollout rollout) implements Effect {}

    /** {@code order.rehearsed}. */
    record EndRehearsal(int attempt) implements Effect {}

    /** The order that was rehearsed is created. */
    record GoLive() implements Effect {}
}
