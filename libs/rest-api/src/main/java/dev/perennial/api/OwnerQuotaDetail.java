package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The orders that requests of an owner may create.
 *
 * @param mayRequest whether the owner may request at all
 * @param maxOrdersPerDay absent: no limit
 * @param ordersLastDay in the last 24 hours
 * @param nextPossibleAt the time of the next order if the limit is reached
 */
public record OwnerQuotaDetail(
        boolean mayRequest, Optional<Integer> maxOrdersPerDay, long ordersLastDay, Optional<Instant> nextPossibleAt) {
    public OwnerQuotaDetail {
        maxOrdersPerDay = Absent.asEmpty(maxOrdersPerDay);
        nextPossibleAt = Absent.asEmpty(nextPossibleAt);
    }
}
