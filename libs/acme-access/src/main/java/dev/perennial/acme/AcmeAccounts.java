package dev.perennial.acme;

import dev.perennial.vault.SecretStore;
import java.time.InstantSource;

/** The accounts of this installation, one per issuer. */
public interface AcmeAccounts {
    /** Accounts for use without CDI. */
    static AcmeAccounts of(Issuers issuers, SecretStore store, AddressPolicy addresses) {
        return new VaultAccounts(issuers, store, addresses, InstantSource.system());
    }

    /**
     * The account of an issuer. Its key is read from Vault once and cached.
     *
     * <p>With {@link Registration#IF_ABSENT}, a missing account is created: the key is generated, stored (create-only)
     * and registered. Concurrent replicas end with the same key and therefore with the same account (RFC 8555 section
     * 7.3.1).
     *
     * @throws dev.perennial.events.RetryLater if Vault or the CA is unavailable, the account is not registered yet, or
     *     the issuer is not known yet ({@code ISSUER_NOT_READY})
     */
    AcmeAccount of(String issuer, Registration registration);

    /** Whether the caller may register an account. */
    enum Registration {
        /** The order-service. */
        IF_ABSENT,
        /** The other services: their Vault policy allows only to read the account. */
        NEVER
    }
}
