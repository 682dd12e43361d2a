package dev.perennial.orders.status;

import java.net.URI;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;

/**
 * CRLs in memory, each fetched once for all its certificates. After a restart each CRL is fetched again. A CRL older
 * than {@code age} is fetched again with a conditional request.
 */
final class CrlCache {
    private static final Logger LOG = Logger.getLogger(CrlCache.class);
    /** The least recently used CRLs are removed beyond this number. */
    private static final int MAX_LISTS = 256;

    private final StatusFetch fetch;
    private final int maxBytes;
    private final Duration age;
    private final Clock clock;
    private final Map<Place, Slot> slots = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Slot> eldest) {
            return size() > MAX_LISTS;
        }
    };

    CrlCache(StatusFetch fetch, int maxBytes, Duration age, Clock clock) {
        this.fetch = fetch;
        this.maxBytes = maxBytes;
        this.age = age;
        this.clock = clock;
    }

    /** The entry of one CA: the same URL in a certificate of another CA has its own entry. */
    private record Place(URI url, X509Certificate issuer) {}

    private record CachedList(X509CRL list, Instant fetchedAt, Optional<String> etag, Optional<String> lastModified) {}

    private static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private CachedList cached;
    }

    /** @throws UntrustedStatusException if no current CRL that the CA has signed is available */
    X509CRL at(URI url, X509Certificate issuer) throws UntrustedStatusException {
        Slot slot;
        synchronized (slots) {
            slot = slots.computeIfAbsent(new Place(url, issuer), place -> new Slot());
        }
        slot.lock.lock();
        try {
            Instant now = clock.instant();
            if (slot.cached == null
                    || slot.cached.fetchedAt().plus(age).isBefore(now)
                    || !CrlCheck.isFresh(slot.cached.list(), now)) {
                slot.cached = renewed(url, issuer, Optional.ofNullable(slot.cached), now);
            }
            return slot.cached.list();
        } finally {
            slot.lock.unlock();
        }
    }

    private CachedList renewed(URI url, X509Certificate issuer, Optional<CachedList> before, Instant now)
            throws UntrustedStatusException {
        try {
            StatusFetch.Answer answer = fetch.get(url, conditions(before), maxBytes);
            if (answer.status() == 304 && before.isPresent()) {
                return new CachedList(
                        before.get().list(),
                        now,
                        before.get().etag(),
                        before.get().lastModified());
            }
            return new CachedList(CrlCheck.read(answer.body(), url, issuer), now, answer.etag(), answer.lastModified());
        } catch (UntrustedStatusException e) {
            CachedList old = before.filter(cached -> CrlCheck.isFresh(cached.list(), now))
                    .orElse(null);
            if (old == null) {
                throw e;
            }
            LOG.warnf(
                    "the CRL of %s cannot be renewed and is used until its nextUpdate: %s",
                    old.list().getThisUpdate().toInstant(), e.getMessage());
            return old;
        }
    }

    private static Map<String, String> conditions(Optional<CachedList> before) {
        Map<String, String> headers = new HashMap<>();
        before.flatMap(CachedList::etag).ifPresent(etag -> headers.put("If-None-Match", etag));
        before.flatMap(CachedList::lastModified).ifPresent(time -> headers.put("If-Modified-Since", time));
        return headers;
    }
}
