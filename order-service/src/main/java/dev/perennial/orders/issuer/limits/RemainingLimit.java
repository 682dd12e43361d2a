package dev.perennial.orders.issuer.limits;

import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Limit;
import java.time.Instant;
import java.util.Optional;

/**
 * What is left in a bucket.
 *
 * @param limit absent where only the CA's word could stand in the way
 * @param left tokens; 0 also where the CA has closed it
 * @param from the first moment at which one can be taken: now or later
 */
public record RemainingLimit(BucketKey key, Optional<Limit> limit, int left, Instant from) {}
