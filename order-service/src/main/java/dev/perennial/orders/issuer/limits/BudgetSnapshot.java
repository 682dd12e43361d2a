package dev.perennial.orders.issuer.limits;

import dev.perennial.events.Identifier;
import dev.perennial.rules.limits.Admission;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.limits.LimitKind;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.limits.RegisteredDomains;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;

/** A copy of the rate limit model for forecasts: taking tokens from it has no effect on orders. */
public final class BudgetSnapshot {
    private final Map<String, Limits> limits = new HashMap<>();
    private final Map<BucketKey, Bucket> buckets = new HashMap<>();
    private final IssuerLimits known;
    private final Function<Collection<BucketKey>, Map<BucketKey, Bucket>> read;

    /** The issuer and the identifiers of an order. */
    public record PlannedOrder(String issuer, List<Identifier> identifiers) {
        Demand demand() {
            return Demand.of(issuer, identifiers, RegisteredDomains::of, false);
        }
    }

    BudgetSnapshot(IssuerLimits known, Function<Collection<BucketKey>, Map<BucketKey, Bucket>> read) {
        this.known = known;
        this.read = read;
    }

    /** Reads the buckets of orders that are taken next; those that were read before remain as they are. */
    public void add(Collection<PlannedOrder> orders) {
        TreeSet<BucketKey> keys = new TreeSet<>();
        orders.forEach(it -> keys.addAll(it.demand().keys()));
        keys.removeAll(buckets.keySet());
        read.apply(keys).forEach(buckets::putIfAbsent);
    }

    /** Takes what the order needs, or nothing. */
    public Admission take(PlannedOrder order, Instant now) {
        Limits its = limits.computeIfAbsent(order.issuer(), known::of);
        Admission admission = Admission.decide(order.demand(), its, buckets, now);
        if (admission instanceof Admission.Granted granted) {
            granted.after().forEach(this::put);
        }
        return admission;
    }

    /**
     * Each set of names has a bucket, too many for the memory; almost all of them are used once. One without a row is
     * not kept, so a forecast may be too early for many certificates with the same names.
     */
    private void put(BucketKey key, Bucket bucket) {
        if (key.kind() != LimitKind.NAME_SET || buckets.containsKey(key)) {
            buckets.put(key, bucket);
        }
    }
}
