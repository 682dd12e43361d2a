package dev.perennial.orders.placement;

import dev.perennial.rules.limits.OrdersInProgress;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Whether another order may be resumed. While new orders of an issuer wait, its resumed orders take at most half of its share:
 * the interrupted orders of one team can be many, and come back again and again.
 *
 * @param all orders in progress
 * @param resumed those of them that were resumed, by issuer
 * @param waiting the issuers for which new orders wait
 */
record ResumptionsInProgress(OrdersInProgress all, Map<String, Integer> resumed, Set<String> waiting) {
    boolean admits(String issuer) {
        return all.admits(issuer) && (!waiting.contains(issuer) || resumed.getOrDefault(issuer, 0) < all.halfShare());
    }

    /** After one more was resumed. */
    ResumptionsInProgress and(String issuer) {
        Map<String, Integer> more = new HashMap<>(resumed);
        more.merge(issuer, 1, Integer::sum);
        return new ResumptionsInProgress(all.and(issuer), more, waiting);
    }
}
