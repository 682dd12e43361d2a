package dev.perennial.signatures;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.Topic;
import dev.perennial.platform.crypto.RecordSigner;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.vault.SecretStore;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The keys with which this service signs. They are read from Vault at the start and then every hour, so that every replica
 * knows a key before it is used.
 */
@Singleton
public class SigningKeys implements RecordSigner {
    private static final Logger LOG = Logger.getLogger(SigningKeys.class);
    private static final Duration REFRESH = Duration.ofHours(1);

    /** From this age on, a signature waits for Vault. Shorter than {@link KeyRing#LEAD}. */
    private static final Duration WAIT_FOR_REFRESH = Duration.ofHours(12);

    /** Without Vault. Shorter than {@link KeyRing#KEPT}: until then, readers accept each key that this service knows. */
    private static final Duration MAX_AGE = Duration.ofDays(30);

    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMinutes(1);

    /** Before the first success: very many records may wait for a key. */
    private static final Duration BETWEEN_FIRST_ATTEMPTS = Duration.ofSeconds(1);

    private final boolean signs;
    private final KeyRingStore store;
    private final LongSupplier nanoTime;
    private final AgeClock ages;
    private final ReentrantLock loading = new ReentrantLock();
    private final AtomicBoolean inBackground = new AtomicBoolean();
    private final LimitedLog log = new LimitedLog();
    private volatile Loaded loaded;
    private volatile long nextAttempt;

    /** @param at before the read */
    private record Loaded(SigningKey current, AgeClock.Moment at) {}

    @Inject
    public SigningKeys(SecretStore secrets, @ConfigProperty(name = "quarkus.application.name") String service) {
        this(secrets, service, Clock.systemUTC(), System::nanoTime);
    }

    SigningKeys(SecretStore secrets, String service, Clock clock, LongSupplier nanoTime) {
        this.signs =
                Arrays.stream(Topic.values()).anyMatch(topic -> topic.service().equals(Optional.of(service)));
        this.store = new KeyRingStore(secrets, service, nanoTime, SigningKey::generate);
        this.nanoTime = nanoTime;
        this.ages = new AgeClock(clock, nanoTime);
        this.nextAttempt = nanoTime.getAsLong();
    }

    /** Publishes the public key before the first signature. An agent has a key of its own instead. */
    void start(@Observes StartupEvent event) {
        if (signs) {
            refreshInBackground();
        }
    }

    @Override
    public String sign(String topic, Map<String, String> headers, byte[] value) {
        return current().sign(topic, headers, value);
    }

    /**
     * The key to sign with.
     *
     * @throws RetryLater if the keys were never read, or too long ago, and Vault is unavailable
     */
    public SigningKey current() {
        Loaded now = loaded;
        Duration age = age(now);
        if (now == null || age.compareTo(WAIT_FOR_REFRESH) >= 0) {
            return refreshed().current();
        }
        if (age.compareTo(REFRESH) >= 0 && isAttemptDue()) {
            refreshInBackground();
        }
        return now.current();
    }

    private Duration age(Loaded of) {
        return of == null ? Duration.ZERO : ages.since(of.at());
    }

    private boolean isAttemptDue() {
        return nanoTime.getAsLong() - nextAttempt >= 0;
    }

    private Loaded refreshed() {
        loading.lock();
        try {
            Loaded before = loaded;
            if (before != null
                    && (age(before).compareTo(WAIT_FOR_REFRESH) < 0 || isUsableUntilTheNextAttempt(before))) {
                return before;
            }
            if (before == null && !isAttemptDue()) {
                throw new RetryLater(
                        Problem.of(ErrorCode.VAULT_UNAVAILABLE, "the signing keys of this service are not read yet"));
            }
            try {
                return load();
            } catch (RetryLater e) {
                if (before != null && age(before).compareTo(MAX_AGE) < 0) {
                    log.ifDue(skipped -> LOG.warnf("the signing keys are not refreshed: %s", e.getMessage()));
                    return before;
                }
                throw e;
            }
        } finally {
            loading.unlock();
        }
    }

    private boolean isUsableUntilTheNextAttempt(Loaded before) {
        return !isAttemptDue() && age(before).compareTo(MAX_AGE) < 0;
    }

    private Loaded load() {
        AgeClock.Moment at = ages.now();
        KeyRing ring;
        try {
            ring = store.load();
        } finally {
            Duration pause = loaded == null ? BETWEEN_FIRST_ATTEMPTS : BETWEEN_ATTEMPTS;
            nextAttempt = nanoTime.getAsLong() + pause.toNanos();
        }
        SigningKey key = ring.current();
        Loaded before = loaded;
        if (before == null || !before.current().id().equals(key.id())) {
            LOG.infof("events are signed with the key %s", key.id());
        }
        loaded = new Loaded(key, at);
        return loaded;
    }

    private void refreshInBackground() {
        if (inBackground.compareAndSet(false, true)) {
            Thread.ofVirtual().name("signing-keys").start(() -> {
                loading.lock();
                try {
                    load();
                } catch (RuntimeException e) {
                    log.ifDue(skipped -> LOG.warnf("the signing keys are not refreshed: %s", e.getMessage()));
                } finally {
                    loading.unlock();
                    inBackground.set(false);
                }
            });
        }
    }
}
