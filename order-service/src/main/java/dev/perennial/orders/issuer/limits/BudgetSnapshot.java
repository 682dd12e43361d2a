package dev.perennial.orders.issuer.limits;

import dev.perennial.events.Identifier;
import dev.perennial.rules.limits.Admission;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.limits.RegisteredDomains;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** A copy of the rate limit model for forecasts: taking tokens from it has no effect on orders. */
public final class BudgetSnapshot {
    /** Buckets per query. */
    private static final int CHUNK = 10_000;

    private final Map<String, Limits> limits = new HashMap<>();
    private final Map<BucketKey, Bucket> buckets = new HashMap<>();
    private final IssuerLimits known;

    /** The issuer and the identifiers of an order. */
    public record PlannedOrder(String issuer, List<Identifier> identifiers) {
        Demand demand() {
            return Demand.of(issuer, identifiers, RegisteredDomains::of, false);
        }
    }

    BudgetSnapshot(
            IssuerLimits known,
            Function<Collection<BucketKey>, Map<BucketKey, Bucket>> read,
            Collection<PlannedOrder> orders) {
        this.known = known;
        TreeSet<BucketKey> keys = new TreeSet<>();
        orders.forEach(it -> keys.addAll(it.demand().keys()));
        List<BucketKey> all = new ArrayList<>(keys);
        for (int from = 0; from < all.size(); from += CHUNK) {
            buckets.putAll(read.apply(all.subList(from, Math.min(from + CHUNK, all.size()))));
        }
    }

    /** Takes what the order needs, or nothing. */
    public Admission take(PlannedOrder order, Instant now) {
        Limits its = limits.computeIfAbsent(order.issuer(), known::of);
        Admission admission = Admission.decide(order.demand(), its, buckets, now);
        if (admission instanceof Admission.Granted granted) {
            buckets.putAll(granted.after());
        }
        return admission;
    }
}
