package dev.perennial.issuerfeed;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The latest record of each issuer. A publisher that was replaced by another one may publish a record once more, and
 * another writer may write a genuine record again; Kafka then keeps an older state as the latest.
 *
 * <p>Settings of a higher revision always count, because the database assigns the revisions. A tombstone has none, so its
 * signed time is compared with the earliest time at which the present revision was published: a tombstone of an earlier
 * life of the issuer is older. A time that is later than now, from a writer whose clock was ahead, counts as now, so that
 * a record of the next publication, an hour later, is never the older one.
 */
final class LatestRecords {
    private final InstantSource clock;
    private final Map<String, Latest> latest = new ConcurrentHashMap<>();

    /**
     * @param revision of the latest settings; 0 if all were of earlier versions
     * @param at the earliest time of this revision, or the latest one of a tombstone
     */
    private record Latest(long revision, Instant at, boolean removed) {
        private Latest put(long number, Instant time) {
            if (number > revision || (number == revision && removed && time.isAfter(at))) {
                return new Latest(number, time, false);
            }
            return number == revision && !removed ? new Latest(revision, earlier(at, time), false) : this;
        }

        private Latest remove(Instant time) {
            return time.isBefore(at) ? this : new Latest(revision, time, true);
        }
    }

    LatestRecords(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * @param revision empty in records of earlier versions
     * @return whether these settings are those of the issuer now
     */
    boolean put(String name, Optional<Long> revision, Instant time) {
        Instant bounded = earlier(time, clock.instant());
        Latest now = latest.compute(
                name,
                (key, before) -> before == null
                        ? new Latest(revision.orElse(0L), bounded, false)
                        : before.put(revision.orElse(before.revision()), bounded));
        return !now.removed() && now.revision() == revision.orElse(now.revision());
    }

    /**
     * @param time empty if the tombstone has none, as of earlier versions
     * @return whether the issuer is removed
     */
    boolean remove(String name, Optional<Instant> time) {
        Instant now = clock.instant();
        Instant bounded = earlier(time.orElse(now), now);
        return latest.compute(
                        name, (key, before) -> before == null ? new Latest(0, bounded, true) : before.remove(bounded))
                .removed();
    }

    private static Instant earlier(Instant a, Instant b) {
        return a.isBefore(b) ? a : b;
    }
}
