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
    static final String GIVEN_UP_AT = "givenUpAt";
    /** Another round is only needed if a concurrent delivery wrote a key between two calls. */
    private static final int ROUNDS = 5;

    private final SecretStore secrets;

    public OrderKeyStore(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** The content of an order's path. */
    sealed interface Place {}

    /** @param isNew whether this call generated it, so that no CSR with it can have been sent */
    record Kept(CertificateKey key, boolean isNew) implements Place {}

    /** The order was abandoned or its certificate revoked. */
    record GivenUp(String at) implements Place {}

    /** The order's key, generated if there is none. */
    Place take(OrderId order, Supplier<CertificateKey> newKey) {
        SecretStore.CreateOnly place =
                secrets.createOnly(SecretPath.orderKey(order), newKey.get().toSecret());
        return place.secret()
                .field(GIVEN_UP_AT)
                .<Place>map(GivenUp::new)
                .orElseGet(() -> new Kept(CertificateKey.from(place.secret()), place.created()));
    }

    /** Destroys the key without a marker: the stored bundle prevents a new key for the order. */
    void clear(OrderId order) {
        secrets.destroy(SecretPath.orderKey(order));
    }

    /** Whether the path has the marker. */
    boolean isGivenUp(OrderId order) {
        return secrets.read(SecretPath.orderKey(order))
                .flatMap(there -> there.field(GIVEN_UP_AT))
                .isPresent();
    }

    /**
     * Destroys every version of the key with its metadata, and writes the marker. Idempotent, and safe to interrupt at
     * any point.
     *
     * @return whether there was a key
     * @throws RetryLater if Vault is unavailable, or other deliveries write keys to the path continuously
     */
    public boolean giveUp(OrderId order, Instant at) {
        SecretPath path = SecretPath.orderKey(order);
        Map<String, String> mark = Map.of(GIVEN_UP_AT, at.toString());
        for (int destroyed = 0; destroyed < ROUNDS; destroyed++) {
            Secret there = secrets.createOnly(path, mark).secret();
            if (there.field(GIVEN_UP_AT).isPresent()) {
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
