package dev.perennial.orders.status;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * CRLs in memory, each fetched once for all its certificates. The lists together, including those that are being read,
 * use a limited number of bytes: the least recently used ones are removed, and fetched again when they are needed.
 * After a restart each CRL is fetched again. A CRL older than {@code age} is fetched again with a conditional request.
 */
final class CrlCache {
    private static final Logger LOG = Logger.getLogger(CrlCache.class);
    /** Also bounds the empty lists, which use no counted bytes. */
    private static final int MAX_LISTS = 256;

    private final StatusFetch fetch;
    private final int maxListBytes;
    private final long maxBytes;
    private final Duration age;
    private final Clock clock;
    /** The least recently used first; guards itself and the counted bytes. */
    private final Map<Place, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);

    private long bytes;

    /**
     * @param maxListBytes of one CRL as it is sent
     * @param maxBytes of all CRLs as they are kept
     */
    CrlCache(StatusFetch fetch, int maxListBytes, long maxBytes, Duration age, Clock clock) {
        this.fetch = fetch;
        this.maxListBytes = maxListBytes;
        this.maxBytes = maxBytes;
        this.age = age;
        this.clock = clock;
    }

    /** The entry of one CA: the same URL in a certificate of another CA has its own entry. */
    private record Place(URI url, X509Certificate issuer) {}

    private record CachedList(
            RevocationList list, Instant fetchedAt, Optional<String> etag, Optional<String> lastModified) {}

    private static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private volatile CachedList cached;
    }

    /** @throws UntrustedStatusException if no current CRL that the CA has signed is available */
    RevocationList at(URI url, X509Certificate issuer) throws UntrustedStatusException {
        Place place = new Place(url, issuer);
        Slot slot;
        synchronized (slots) {
            slot = slots.computeIfAbsent(place, any -> new Slot());
            if (slots.size() > MAX_LISTS) {
                removeOldest(slot);
            }
        }
        slot.lock.lock();
        try {
            Instant now = clock.instant();
            return isCurrent(slot.cached, now)
                    ? slot.cached.list()
                    : renewed(place, slot, now).list();
        } finally {
            slot.lock.unlock();
        }
    }

    /** The bytes of all lists, for tests. */
    long bytes() {
        synchronized (slots) {
            return bytes;
        }
    }

    private boolean isCurrent(CachedList cached, Instant now) {
        return cached != null
                && !cached.fetchedAt().plus(age).isBefore(now)
                && cached.list().isFresh(now);
    }

    /** Holds no reference to the former list, which is removed if there is no room for both. */
    private CachedList renewed(Place place, Slot slot, Instant now) throws UntrustedStatusException {
        long[] reserved = {0};
        CachedList next = null;
        try {
            StatusFetch.Answer<RevocationList> answer = fetch.get(
                    place.url(),
                    conditions(slot.cached),
                    maxListBytes,
                    body -> CrlCheck.read(body, place.url(), place.issuer(), more -> {
                        reserve(slot, more);
                        reserved[0] += more;
                    }));
            next = answer.body().isPresent()
                    ? new CachedList(answer.body().get(), now, answer.etag(), answer.lastModified())
                    : unchanged(place.url(), slot.cached, now);
            return next;
        } catch (UntrustedStatusException e) {
            next = slot.cached;
            if (next == null || !next.list().isFresh(now)) {
                throw e;
            }
            LOG.warnf(
                    "the CRL of %s cannot be renewed and is used until its nextUpdate: %s",
                    next.list().thisUpdate(), e.getMessage());
            return next;
        } finally {
            keep(place, slot, next, reserved[0]);
        }
    }

    private static CachedList unchanged(URI url, CachedList old, Instant now) throws UntrustedStatusException {
        if (old == null) {
            throw new UntrustedStatusException(url + " responded with HTTP 304");
        }
        return new CachedList(old.list(), now, old.etag(), old.lastModified());
    }

    /**
     * Makes room for more bytes of the list that is being read into this slot. The former list of the slot is removed
     * last: if the new one turns out to be invalid, the status is unavailable until the next fetch.
     */
    private void reserve(Slot reading, long more) throws UntrustedStatusException {
        synchronized (slots) {
            while (bytes + more > maxBytes) {
                if (!removeOldest(reading) && !removeFormer(reading)) {
                    throw new UntrustedStatusException(
                            "the CRLs that are read now need more memory than allowed; raise perennial.status.max-cache-bytes and the heap");
                }
            }
            bytes += more;
        }
    }

    /**
     * Counts the bytes that the slot uses now, instead of those of its former list and those reserved while reading.
     */
    private void keep(Place place, Slot slot, CachedList next, long reserved) {
        synchronized (slots) {
            bytes -= reserved;
            if (slots.get(place) == slot) {
                bytes += bytesOf(next) - bytesOf(slot.cached);
                slot.cached = next;
            }
        }
    }

    private static long bytesOf(CachedList list) {
        return list == null ? 0 : list.list().entries().bytes();
    }

    /** @return whether a slot other than this one was removed */
    private boolean removeOldest(Slot kept) {
        Iterator<Slot> oldestFirst = slots.values().iterator();
        while (oldestFirst.hasNext()) {
            Slot slot = oldestFirst.next();
            if (slot != kept) {
                bytes -= bytesOf(slot.cached);
                slot.cached = null;
                oldestFirst.remove();
                return true;
            }
        }
        return false;
    }

    /** @return whether the slot had a list */
    private boolean removeFormer(Slot reading) {
        CachedList former = reading.cached;
        bytes -= bytesOf(former);
        reading.cached = null;
        return former != null;
    }

    private static Map<String, String> conditions(CachedList before) {
        Map<String, String> headers = new HashMap<>();
        if (before != null) {
            before.etag().ifPresent(etag -> headers.put("If-None-Match", etag));
            before.lastModified().ifPresent(time -> headers.put("If-Modified-Since", time));
        }
        return headers;
    }
}
