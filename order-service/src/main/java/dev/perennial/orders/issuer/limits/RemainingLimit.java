package dev.perennial.orders.issuer.limits;

import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Limit;
import java.time.Instant;
import java.util.Optional;

/**
 * The remaining tokens of a bucket.
 *
 * @param limit absent if only the CA can close the bucket
 * @param left tokens; 0 also if the CA has closed the bucket
 * @param from the earliest time at which a token can be taken: now or later
 */
public record RemainingLimit(BucketKey key, Optional<Limit> limit, int left, Instant from) {}
