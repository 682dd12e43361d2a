package dev.perennial.signatures;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The signing keys of one service in Vault: the private keys at {@code signing/<service>}, the public keys at {@code
 * signers/<service>}. Replicas agree by check-and-set writes. A private key is used only after its public key is stored,
 * whatever process dies after whatever write.
 *
 * <p>The age of the ring advances by the time for which one process has seen it unchanged, by its monotonic clock. Of
 * several replicas, only one can write the version that follows, so no time counts twice, and a restart or a suspended
 * machine loses time. Not thread-safe.
 */
final class KeyRingStore {
    static final String PRIVATE_KEYS = "keys";
    static final String PUBLIC_KEYS = "jwks";
    private static final int ATTEMPTS = 8;

    private final SecretStore store;
    private final String service;
    private final LongSupplier nanoTime;
    private final Supplier<SigningKey> newKey;
    private Optional<Seen> seen = Optional.empty();

    /** @param at {@code nanoTime} after the first read of this secret */
    private record Seen(Secret secret, long at) {}

    KeyRingStore(SecretStore store, String service, LongSupplier nanoTime, Supplier<SigningKey> newKey) {
        this.store = store;
        this.service = service;
        this.nanoTime = nanoTime;
        this.newKey = newKey;
    }

    /**
     * The keys, with those that are due created, published or removed.
     *
     * @throws RetryLater if Vault is unavailable, or other replicas write continuously
     */
    KeyRing load() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            // First, so that a process that was suspended between the reads cannot publish former keys.
            Optional<Secret> published = store.read(publicPath(service));
            Optional<Secret> stored = store.read(privatePath());
            if (stored.isEmpty()) {
                store.createOnly(privatePath(), secret(KeyRing.of(newKey.get())));
                continue;
            }
            KeyRing ring = parse(stored.get());
            Duration elapsed = elapsed(stored.get());
            if (!publish(ring, published)) {
                continue;
            }
            KeyRing next = ring.afterPublication(elapsed, newKey);
            if (next.equals(ring)) {
                return ring;
            }
            store.replace(privatePath(), secret(next), stored.get().version());
        }
        throw unreadable("another replica writes the signing keys of " + service + " at the same time");
    }

    /** At most the time since this version was written. */
    private Duration elapsed(Secret stored) {
        long now = nanoTime.getAsLong();
        if (seen.filter(it -> it.secret().equals(stored)).isEmpty()) {
            seen = Optional.of(new Seen(stored, now));
        }
        return Duration.ofNanos(now - seen.get().at()).truncatedTo(ChronoUnit.SECONDS);
    }

    /** @return whether the public keys are stored; false if another replica wrote first */
    private boolean publish(KeyRing ring, Optional<Secret> published) {
        String jwks = PublicKeySet.toJson(ring.publicKeys());
        if (published
                .flatMap(secret -> secret.field(PUBLIC_KEYS))
                .filter(jwks::equals)
                .isPresent()) {
            return true;
        }
        return store.replace(
                        publicPath(service),
                        Map.of(PUBLIC_KEYS, jwks),
                        published.map(Secret::version).orElse(0L))
                .isPresent();
    }

    private KeyRing parse(Secret secret) {
        try {
            return KeyRing.parse(secret.field(PRIVATE_KEYS).orElse(""));
        } catch (IllegalArgumentException e) {
            throw unreadable(
                    "the signing keys of " + service + " at " + privatePath()
                            + " are damaged; restore them, or replace them as described in docs/operating/kafka.md#signed-facts");
        }
    }

    private static Map<String, String> secret(KeyRing ring) {
        return Map.of(PRIVATE_KEYS, ring.toJson());
    }

    private SecretPath privatePath() {
        return SecretPath.signingKeys(service);
    }

    static SecretPath publicPath(String service) {
        return SecretPath.signers(service);
    }

    private static RetryLater unreadable(String detail) {
        return new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, detail));
    }
}
