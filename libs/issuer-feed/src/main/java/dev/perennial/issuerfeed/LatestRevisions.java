package dev.perennial.issuerfeed;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The latest revision of each issuer. A publisher that was replaced by another one may publish a record once more,
 * after a newer one of the same key; Kafka then keeps the older settings as the latest.
 *
 * <p>A tombstone has no revision and changes none: it may be published once more too, and then the issuer is put again by
 * the hourly publication of its latest settings.
 */
final class LatestRevisions {
    private final Map<String, Long> latest = new ConcurrentHashMap<>();

    /** @param revision empty in records of earlier versions, which are always current */
    boolean isCurrent(String name, Optional<Long> revision) {
        if (revision.isEmpty()) {
            return true;
        }
        long number = revision.get();
        return latest.merge(name, number, Math::max) == number;
    }
}
