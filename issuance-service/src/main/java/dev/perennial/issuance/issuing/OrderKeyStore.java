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
 * The key of an order on its way, at {@code orders/<order id>}, one for all attempts of the order. An order that is given up
 * leaves a mark there instead of its key: what of it is still on its way, or comes again, would else make a new key that nobody
 * ever destroys, and perhaps a certificate that nobody wants any more.
 */
public final class OrderKeyStore {
    static final String GIVEN_UP_AT = "givenUpAt";
    /** Each further round means that one more delivery made a key between two of our calls. */
    private static final int ROUNDS = 5;

    private final SecretStore secrets;

    public OrderKeyStore(SecretStore secrets) {
        this.secrets = secrets;
    }

    /** What is at the place of an order. */
    sealed interface Place {}

    /** @param isNew made just now, so that no CA can have heard of it */
    record Kept(CertificateKey key, boolean isNew) implements Place {}

    /** Nobody wants a certificate of this order any more. */
    record GivenUp(String at) implements Place {}

    /** The order's key, made where there is none. */
    Place take(OrderId order, Supplier<CertificateKey> newKey) {
        SecretStore.CreateOnly place =
                secrets.createOnly(SecretPath.orderKey(order), newKey.get().toSecret());
        return place.secret()
                .field(GIVEN_UP_AT)
                .<Place>map(GivenUp::new)
                .orElseGet(() -> new Kept(CertificateKey.from(place.secret()), place.created()));
    }

    /** Leaves nothing there, for an order whose bundle, or that of a later order, is stored: no key can be made for it again. */
    void clear(OrderId order) {
        secrets.destroy(SecretPath.orderKey(order));
    }

    /** Whether nobody wants a certificate of this order any more. */
    boolean isGivenUp(OrderId order) {
        return secrets.read(SecretPath.orderKey(order))
                .flatMap(there -> there.field(GIVEN_UP_AT))
                .isPresent();
    }

    /**
     * Destroys the key, every version and the metadata, and leaves the mark. Safe to repeat, and to be cut off anywhere.
     *
     * @return whether there was a key
     * @throws RetryLater where Vault is away, or others make keys there all the time
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
                "somebody writes a new key to " + path + " as often as it is destroyed, though the order is given up; "
                        + "it is destroyed again"));
    }
}
