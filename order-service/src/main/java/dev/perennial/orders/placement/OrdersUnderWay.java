package dev.perennial.orders.placement;

import dev.perennial.orders.store.OwnerAtIssuer;
import dev.perennial.rules.limits.OrdersInProgress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * The orders in progress, in this process and in the services that follow, and whether one more may begin.
 *
 * @param inProgress by issuer, in all services
 * @param placing by issuer, in this process
 * @param byOwner of each owner at each issuer, in all services
 * @param window whether the window of an owner admits another order
 */
record OrdersUnderWay(
        OrdersInProgress inProgress,
        OrdersInProgress placing,
        Map<OwnerAtIssuer, Integer> byOwner,
        BiPredicate<OwnerAtIssuer, Integer> window) {
    /** Whether another order may begin at the issuer. */
    boolean admits(String issuer) {
        return inProgress.admits(issuer) && placing.admits(issuer);
    }

    /** Whether another order of the owner may begin at the issuer, as far as the owner is concerned. */
    boolean admits(OwnerAtIssuer orders) {
        return window.test(orders, byOwner.getOrDefault(orders, 0));
    }

    /** The owners at whose issuer no other order of theirs may begin. */
    List<OwnerAtIssuer> saturated() {
        return byOwner.keySet().stream().filter(orders -> !admits(orders)).toList();
    }

    /** After one more has begun. */
    OrdersUnderWay and(OwnerAtIssuer orders) {
        Map<OwnerAtIssuer, Integer> owners = new HashMap<>(byOwner);
        owners.merge(orders, 1, Integer::sum);
        return new OrdersUnderWay(inProgress.and(orders.issuer()), placing.and(orders.issuer()), owners, window);
    }

    static Map<String, Integer> byIssuer(Map<OwnerAtIssuer, Integer> orders) {
        Map<String, Integer> sums = new HashMap<>();
        orders.forEach((owner, count) -> sums.merge(owner.issuer(), count, Integer::sum));
        return sums;
    }
}
