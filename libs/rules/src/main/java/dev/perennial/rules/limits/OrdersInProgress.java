package dev.perennial.rules.limits;

import java.util.HashMap;
import java.util.Map;

/**
 * The orders in progress at each issuer, and whether one more may begin: the dynamic threshold by which the ports of a
 * switch share its memory (Choudhury and Hahne, IEEE/ACM Transactions on Networking 6(2), 1998). An issuer may have
 * another order in progress while its own are fewer than the free places. So one issuer takes at most half of the capacity, a
 * second one at most half of the rest, and a new issuer always gets a share. Pure.
 *
 * @param capacity of all issuers together
 * @param preferred orders of each issuer that come before another one, and are not in progress yet. They take nothing
 *     from other issuers, and at most half of the issuer's own share: one team's interrupted orders must not stop all
 *     others at the same issuer.
 */
public record OrdersInProgress(int capacity, Map<String, Integer> byIssuer, Map<String, Integer> preferred) {
    public OrdersInProgress {
        byIssuer = Map.copyOf(byIssuer);
        preferred = Map.copyOf(preferred);
    }

    /** Without preferred orders. */
    public OrdersInProgress(int capacity, Map<String, Integer> byIssuer) {
        this(capacity, byIssuer, Map.of());
    }

    /** Whether another order of the issuer may begin. */
    public boolean admits(String issuer) {
        int all = byIssuer.values().stream().mapToInt(Integer::intValue).sum();
        int before = Math.min(preferred.getOrDefault(issuer, 0), halfShare());
        return byIssuer.getOrDefault(issuer, 0) + before < capacity - all;
    }

    /** Half of the share of one issuer, which is half of the capacity. */
    public int halfShare() {
        return capacity / 4;
    }

    /** The orders after one more has begun. */
    public OrdersInProgress and(String issuer) {
        return and(Map.of(issuer, 1));
    }

    /** The orders together with others. */
    public OrdersInProgress and(Map<String, Integer> others) {
        Map<String, Integer> sums = new HashMap<>(byIssuer);
        others.forEach((issuer, count) -> sums.merge(issuer, count, Integer::sum));
        return new OrdersInProgress(capacity, sums, preferred);
    }
}
