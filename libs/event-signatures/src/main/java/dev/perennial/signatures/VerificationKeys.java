package dev.perennial.signatures;

import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.vault.SecretStore;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The public keys of the services, from Vault. */
@Singleton
public class VerificationKeys {
    private final SecretStore store;
    private final Clock clock;
    private final LongSupplier nanoTime;
    /** By the services of {@link dev.perennial.events.Topic}, which are few. */
    private final Map<String, PublishedKeys> services = new ConcurrentHashMap<>();

    @Inject
    public VerificationKeys(SecretStore store) {
        this(store, Clock.systemUTC(), System::nanoTime);
    }

    VerificationKeys(SecretStore store, Clock clock, LongSupplier nanoTime) {
        this.store = store;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /**
     * @return empty if the service has published no such key
     * @throws dev.perennial.events.RetryLater if this cannot be decided now
     */
    Optional<VerificationKey> find(String service, String id) {
        return services.computeIfAbsent(service, name -> new PublishedKeys(store, name, clock, nanoTime))
                .find(id);
    }
}
