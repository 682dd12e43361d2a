package dev.perennial.issuerfeed;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The latest revision of each issuer. A publisher that was replaced by another one may publish a record once more,
 * after a newer one of the same key; Kafka then keeps the older settings as the latest.
 */
final class LatestRevisions {
    /** The lowest revision that is not outdated. */
    private final Map<String, Long> lowest = new ConcurrentHashMap<>();

    /** @param revision empty in records of earlier versions, which are always current */
    boolean isCurrent(String name, Optional<Long> revision) {
        if (revision.isEmpty()) {
            return true;
        }
        long number = revision.get();
        return lowest.merge(name, number, Math::max) == number;
    }

    /** Only a later change creates the issuer again. */
    void removed(String name) {
        lowest.computeIfPresent(name, (any, revision) -> revision + 1);
    }
}
