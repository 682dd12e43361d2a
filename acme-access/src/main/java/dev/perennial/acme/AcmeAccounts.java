package dev.perennial.acme;

import dev.perennial.vault.SecretStore;
import java.util.Set;

/** The accounts of this installation, one per configured issuer. */
public interface AcmeAccounts {
    /** Accounts for use without CDI. */
    static AcmeAccounts of(IssuersConfig config, SecretStore store) {
        return new VaultAccounts(config, store);
    }

    /** Names of the configured issuers. */
    Set<String> issuers();

    /**
     * The account of an issuer, its key read from Vault once and kept.
     *
     * <p>With {@link Registration#IF_ABSENT} the key is made, stored (create-only) and registered where there is none yet;
     * replicas that race end with the same key and so, by RFC 8555 section 7.3.1, with the same account.
     *
     * @throws dev.perennial.events.RetryLater where Vault or the CA cannot be reached, or nobody has registered yet
     * @throws IllegalArgumentException where the issuer is not configured
     */
    AcmeAccount of(String issuer, Registration registration);

    /** Who may register an account. */
    enum Registration {
        /** The order-service. */
        IF_ABSENT,
        /** Everybody else: reading the account is all their Vault policy allows. */
        NEVER
    }
}
