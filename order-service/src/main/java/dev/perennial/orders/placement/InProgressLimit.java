package dev.perennial.orders.placement;

import dev.perennial.orders.store.OrdersAtIssuers;
import dev.perennial.rules.limits.OrdersInProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Limits the orders that the validation-service and the issuance-service process for one issuer, so that a CA that
 * hangs does not delay the orders of the others ({@link OrdersInProgress}). Replicas count without a lock: together
 * they can exceed the limit by the orders of one round.
 *
 * @param capacity of all issuers together
 * @param stepTimeout after which an order without a report no longer counts: its record may be lost
 */
record InProgressLimit(int capacity, Duration stepTimeout) {
    /** For the resumption of an order. */
    OrdersInProgress beforeResumption(Handle tx, Instant now) {
        return new OrdersInProgress(capacity, new OrdersAtIssuers(tx).countProcessed(now.minus(stepTimeout)));
    }

    /**
     * For a new order. Due resumptions come first: their ACME orders expire.
     *
     * @param placing orders that this replica is placing
     */
    OrdersInProgress beforePlacement(Handle tx, Map<String, Integer> placing, Instant now) {
        OrdersAtIssuers orders = new OrdersAtIssuers(tx);
        return new OrdersInProgress(
                        capacity, orders.countProcessed(now.minus(stepTimeout)), orders.countDueResumptions(now))
                .and(placing);
    }
}
