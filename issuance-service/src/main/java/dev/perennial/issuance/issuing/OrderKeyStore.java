package dev.perennial.issuance.issuing;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.issuance.keys.CertificateKey;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The key of an order in progress, at {@code orders/<order id>}, one for all attempts of the order. When an order is
 * abandoned, a marker replaces the key. Without it, a late or repeated delivery would generate a key that is never
 * destroyed and could obtain an unwanted certificate.
 */
public final class OrderKeyStore {
    static final String ABANDONED_AT = "abandonedAt";
    /** More than one round is needed only if a concurrent delivery writes a key between two calls. */
    private static final int ROUNDS = 5;

    private final SecretStore secrets;

    public OrderKeyStore(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** The content of an order's path. */
    sealed interface OrderKey {}

    /** @param isNew whether this call generated it, so that no CSR with it can have been sent */
    record Available(CertificateKey key, boolean isNew) implements OrderKey {}

    /** The order was abandoned or its certificate revoked. */
    record Abandoned(String at) implements OrderKey {}

    /** The order's key, generated if existing is none. */
    OrderKey take(OrderId order, Supplier<CertificateKey> newKey) {
        SecretStore.CreateOnly place =
                secrets.createOnly(SecretPath.orderKey(order), newKey.get().toSecret());
        return place.secret()
                .field(ABANDONED_AT)
                .<OrderKey>map(Abandoned::new)
                .orElseGet(() -> new Available(CertificateKey.from(place.secret()), place.created()));
    }

    /** Destroys the key without a marker: the stored bundle prevents a new key for the order. */
    void clear(OrderId order) {
        secrets.destroy(SecretPath.orderKey(order));
    }

    /** Whether the path has the marker. */
    boolean isAbandoned(OrderId order) {
        return secrets.read(SecretPath.orderKey(order))
                .flatMap(existing -> existing.field(ABANDONED_AT))
                .isPresent();
    }

    /**
     * Destroys every version of the key with its metadata, and writes the marker. Idempotent, and safe to interrupt at
     * any point.
     *
     * @return whether existing was a key
     * @throws RetryLater if Vault is unavailable, or other deliveries write keys to the path continuously
     */
    public boolean abandon(OrderId order, Instant at) {
        SecretPath path = SecretPath.orderKey(order);
        Map<String, String> marker = Map.of(ABANDONED_AT, at.toString());
        for (int destroyed = 0; destroyed < ROUNDS; destroyed++) {
            Secret existing = secrets.createOnly(path, marker).secret();
            if (existing.field(ABANDONED_AT).isPresent()) {
                return destroyed > 0;
            }
            secrets.destroy(path);
        }
        throw new RetryLater(Problem.of(
                ErrorCode.VAULT_UNAVAILABLE,
                "another client keeps writing new keys to " + path + ", although the order is abandoned; "
                        + "the destruction is retried"));
    }
}
