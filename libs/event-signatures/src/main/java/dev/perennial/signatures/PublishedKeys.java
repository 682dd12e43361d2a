package dev.perennial.signatures;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * The public keys of one service, as they were last read. A record with an unknown key costs no request: a service uses a key
 * only a day after its publication ({@link KeyRing#LEAD}), so keys that were read within the last {@link #COMPLETE} contain
 * every key that it may use.
 */
final class PublishedKeys {
    private static final Logger LOG = Logger.getLogger(PublishedKeys.class);

    /** A known key of this age counts only after another read, unless the read fails. */
    static final Duration REFRESH = Duration.ofMinutes(5);

    /** Shorter than {@link KeyRing#LEAD} by the duration of a read and the drift of monotonic clocks. */
    static final Duration COMPLETE = KeyRing.LEAD.minusHours(2);

    /** So that a key that an operator has replaced by hand is known soon. */
    private static final Duration BETWEEN_READS = Duration.ofSeconds(30);

    /** While records wait. */
    private static final Duration BETWEEN_NECESSARY_READS = Duration.ofSeconds(1);

    private final SecretStore store;
    private final String service;
    private final LongSupplier nanoTime;
    private final AgeClock ages;
    private final ReentrantLock reading = new ReentrantLock();
    private final LimitedLog log = new LimitedLog();
    private volatile Snapshot snapshot;
    private volatile boolean lastAttemptFailed;
    private volatile Optional<AgeClock.Moment> lastAttempt = Optional.empty();

    /** @param at before the read */
    private record Snapshot(PublicKeySet set, AgeClock.Moment at) {}

    PublishedKeys(SecretStore store, String service, Clock clock, LongSupplier nanoTime) {
        this.store = store;
        this.service = service;
        this.nanoTime = nanoTime;
        this.ages = new AgeClock(clock, nanoTime);
    }

    /**
     * @return empty if the service has published no such key
     * @throws RetryLater if this cannot be decided now
     */
    Optional<VerificationKey> find(String id) {
        long arrival = nanoTime.getAsLong();
        Snapshot last = snapshot;
        if (last != null && last.set().find(id).isPresent()) {
            return age(last).compareTo(REFRESH) < 0 ? last.set().find(id) : afterRead(last, BETWEEN_READS, id);
        }
        if (last != null && !last.set().keys().isEmpty() && age(last).compareTo(COMPLETE) < 0) {
            return afterOptionalRead(last, id);
        }
        return afterNecessaryRead(arrival).set().find(id);
    }

    /** After a failed read, the refresh of a known key or the next interval tries again. */
    private Optional<VerificationKey> afterOptionalRead(Snapshot last, String id) {
        return age(last).compareTo(BETWEEN_READS) < 0
                ? Optional.empty()
                : afterRead(last, lastAttemptFailed ? REFRESH : BETWEEN_READS, id);
    }

    /**
     * As last read, also if the read fails. Threads that arrive during the read wait for it, so that none of them accepts a
     * key that was removed.
     *
     * @param pause since the last attempt
     */
    private Optional<VerificationKey> afterRead(Snapshot last, Duration pause, String id) {
        reading.lock();
        try {
            if (snapshot == last && isPast(pause)) {
                read();
            }
        } catch (RuntimeException e) {
            log.ifDue(skipped -> LOG.warnf("the public keys of %s are not refreshed: %s", service, e.getMessage()));
        } finally {
            reading.unlock();
        }
        return snapshot.set().find(id);
    }

    /** A read that began after the arrival of the record. */
    private Snapshot afterNecessaryRead(long arrival) {
        reading.lock();
        try {
            Snapshot last = snapshot;
            if (last != null && last.at().nanos() - arrival > 0) {
                return last;
            }
            if (!isPast(BETWEEN_NECESSARY_READS)) {
                throw new RetryLater(
                        Problem.of(ErrorCode.VAULT_UNAVAILABLE, "the public keys of " + service + " are not read yet"));
            }
            return read();
        } finally {
            reading.unlock();
        }
    }

    private Snapshot read() {
        AgeClock.Moment at = ages.now();
        lastAttemptFailed = true;
        try {
            snapshot = new Snapshot(parse(store.read(KeyRingStore.publicPath(service))), at);
            lastAttemptFailed = false;
            return snapshot;
        } finally {
            lastAttempt = Optional.of(ages.now());
        }
    }

    private PublicKeySet parse(Optional<Secret> secret) {
        try {
            return secret.map(it -> PublicKeySet.parse(
                            it.field(KeyRingStore.PUBLIC_KEYS).orElse("")))
                    .orElse(PublicKeySet.EMPTY);
        } catch (IllegalArgumentException e) {
            throw new RetryLater(Problem.of(
                    ErrorCode.VAULT_UNAVAILABLE,
                    "the public keys of " + service + " at " + KeyRingStore.publicPath(service) + " are damaged: "
                            + e.getMessage() + "; the service writes them again within an hour"));
        }
    }

    private Duration age(Snapshot of) {
        return ages.since(of.at());
    }

    private boolean isPast(Duration pause) {
        return lastAttempt.filter(at -> ages.since(at).compareTo(pause) < 0).isEmpty();
    }
}
