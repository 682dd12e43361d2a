package dev.perennial.acme;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Problem;

/** The CA's answer to newOrder. */
public sealed interface NewOrderResult {
    /** The CA created the order. */
    record Placed(AcmeOrder order) implements NewOrderResult {}

    /** The CA refused the order permanently: {@code CA_REFUSED} with the CA's problem as evidence. */
    record Refused(Problem problem) implements NewOrderResult {}
}
