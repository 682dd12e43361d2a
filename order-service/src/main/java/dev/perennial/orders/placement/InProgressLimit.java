package dev.perennial.orders.placement;

import dev.perennial.orders.issuer.limits.OwnerWindows;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.OrdersAtIssuers;
import dev.perennial.orders.store.OwnerAtIssuer;
import dev.perennial.rules.limits.OrdersInProgress;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
    ResumptionsInProgress beforeResumption(Handle tx, Instant now) {
        OrdersAtIssuers.InProgress orders = new OrdersAtIssuers(tx).inProgress(now.minus(stepTimeout));
        return new ResumptionsInProgress(
                new OrdersInProgress(capacity, OrdersUnderWay.byIssuer(orders.byOwner())),
                orders.resumedByIssuer(),
                Set.copyOf(new DueOrders(tx).withWaitingOrders()));
    }

    /**
     * For a new order. Due resumptions come first: their ACME orders expire.
     *
     * @param placing orders that this replica is placing
     * @param maxPlacing of them
     */
    OrdersUnderWay beforePlacement(
            Handle tx, Map<OwnerAtIssuer, Integer> placing, int maxPlacing, OwnerWindows windows, Instant now) {
        OrdersAtIssuers orders = new OrdersAtIssuers(tx);
        Map<OwnerAtIssuer, Integer> all =
                new HashMap<>(orders.inProgress(now.minus(stepTimeout)).byOwner());
        placing.forEach((owner, count) -> all.merge(owner, count, Integer::sum));
        return new OrdersUnderWay(
                new OrdersInProgress(capacity, OrdersUnderWay.byIssuer(all), orders.countDueResumptions(now)),
                new OrdersInProgress(maxPlacing, OrdersUnderWay.byIssuer(placing)),
                all,
                windows::admits);
    }
}
