package dev.perennial.rules.limits;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The result of checking an order against the limits. */
public sealed interface Admission {
    /**
     * The order may be placed now.
     *
     * @param after the buckets that changed
     */
    record Granted(SortedMap<BucketKey, Bucket> after) implements Admission {}

    /**
     * The order must wait.
     *
     * @param until when it may be placed, if no other order takes the token first
     * @param slowest the bucket with the longest wait
     * @param limit absent if only a Retry-After of the CA delays the order
     */
    record Waits(Instant until, BucketKey slowest, Optional<Limit> limit) implements Admission {}

    /** Takes a token from every bucket, or from none. Buckets that are not in the map are full. */
    static Admission decide(Demand demand, Limits limits, Map<BucketKey, Bucket> buckets, Instant now) {
        Instant until = now;
        BucketKey slowest = null;
        for (BucketKey key : demand.keys()) {
            Bucket bucket = buckets.getOrDefault(key, Bucket.FULL);
            Instant earliest = demand.held().contains(key)
                    ? bucket.opens(now)
                    : limits.of(key.kind())
                            .map(limit -> bucket.earliest(limit, now))
                            .orElseGet(() -> bucket.opens(now));
            if (earliest.isAfter(until)) {
                until = earliest;
                slowest = key;
            }
        }
        if (slowest != null) {
            return new Waits(until, slowest, limits.of(slowest.kind()));
        }
        SortedMap<BucketKey, Bucket> after = new TreeMap<>();
        for (BucketKey key : demand.takes()) {
            limits.of(key.kind())
                    .ifPresent(limit -> after.put(
                            key, buckets.getOrDefault(key, Bucket.FULL).take(limit, now)));
        }
        return new Granted(after);
    }
}
