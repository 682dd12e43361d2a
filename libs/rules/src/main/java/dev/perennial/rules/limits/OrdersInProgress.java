package dev.perennial.rules.limits;

import java.util.HashMap;
import java.util.Map;

/**
 * The orders in progress at each issuer, and whether one more may begin: the dynamic threshold by which the ports of a
 * switch share its memory (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). An issuer may have
 * another order in progress while it has fewer than are free. So one issuer takes at most half of the capacity, a
 * second one at most half of the rest, and a new issuer always gets a share. Pure.
 *
 * @param capacity of all issuers together
 */
public record OrdersInProgress(int capacity, Map<String, Integer> byIssuer) {
    public OrdersInProgress {
        byIssuer = Map.copyOf(byIssuer);
    }

    /** Whether another order of the issuer may begin. */
    public boolean admits(String issuer) {
        int all = byIssuer.values().stream().mapToInt(Integer::intValue).sum();
        return byIssuer.getOrDefault(issuer, 0) < capacity - all;
    }

    /** The orders after one more has begun. */
    public OrdersInProgress and(String issuer) {
        return and(Map.of(issuer, 1));
    }

    /** The orders together with others. */
    public OrdersInProgress and(Map<String, Integer> others) {
        Map<String, Integer> sums = new HashMap<>(byIssuer);
        others.forEach((issuer, count) -> sums.merge(issuer, count, Integer::sum));
        return new OrdersInProgress(capacity, sums);
    }
}
