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
 * Lists of revoked certificates, each fetched once for all certificates that it is about, and kept in memory: one that is not there is
 * fetched, so a restart costs one fetch each. A list older than {@code age} is fetched again with a conditional request.
 */
final class CrlCache {
    private static final Logger LOG = Logger.getLogger(CrlCache.class);
    /** The least recently used go. */
    private static final int MOST = 256;

    private final StatusFetch fetch;
    private final int mostBytes;
    private final Duration age;
    private final Clock clock;
    private final Map<Place, Slot> slots = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, Slot> eldest) {
            return size() > MOST;
        }
    };

    CrlCache(StatusFetch fetch, int mostBytes, Duration age, Clock clock) {
        this.fetch = fetch;
        this.mostBytes = mostBytes;
        this.age = age;
        this.clock = clock;
    }

    /** The entry of one CA: the same URL in a certificate of another CA has its own entry. */
    private record Place(URI url, X509Certificate issuer) {}

    private record Held(X509CRL list, Instant fetchedAt, Optional<String> etag, Optional<String> lastModified) {}

    private static final class Slot {
        private final ReentrantLock lock = new ReentrantLock();
        private Held held;
    }

    /** @throws UntrustedStatusException where there is none that is fresh and signed by the CA */
    X509CRL at(URI url, X509Certificate issuer) throws UntrustedStatusException {
        Slot slot;
        synchronized (slots) {
            slot = slots.computeIfAbsent(new Place(url, issuer), place -> new Slot());
        }
        slot.lock.lock();
        try {
            Instant now = clock.instant();
            if (slot.held == null
                    || slot.held.fetchedAt().plus(age).isBefore(now)
                    || !CrlCheck.isFresh(slot.held.list(), now)) {
                slot.held = renewed(url, issuer, Optional.ofNullable(slot.held), now);
            }
            return slot.held.list();
        } finally {
            slot.lock.unlock();
        }
    }

    private Held renewed(URI url, X509Certificate issuer, Optional<Held> before, Instant now)
            throws UntrustedStatusException {
        try {
            StatusFetch.Answer answer = fetch.get(url, conditions(before), mostBytes);
            if (answer.status() == 304 && before.isPresent()) {
                return new Held(
                        before.get().list(),
                        now,
                        before.get().etag(),
                        before.get().lastModified());
            }
            return new Held(CrlCheck.read(answer.body(), url, issuer), now, answer.etag(), answer.lastModified());
        } catch (UntrustedStatusException e) {
            Held old = before.filter(held -> CrlCheck.isFresh(held.list(), now)).orElse(null);
            if (old == null) {
                throw e;
            }
            LOG.warnf(
                    "no newer list than that of %s: %s",
                    old.list().getThisUpdate().toInstant(), e.getMessage());
            return old;
        }
    }

    private static Map<String, String> conditions(Optional<Held> before) {
        Map<String, String> headers = new HashMap<>();
        before.flatMap(Held::etag).ifPresent(etag -> headers.put("If-None-Match", etag));
        before.flatMap(Held::lastModified).ifPresent(time -> headers.put("If-Modified-Since", time));
        return headers;
    }
}
