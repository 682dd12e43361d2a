package dev.perennial.acme;

import dev.perennial.vault.SecretStore;

/** The accounts of this installation, one per issuer. */
public interface AcmeAccounts {
    /** Accounts for use without CDI. */
    static AcmeAccounts of(Issuers issuers, SecretStore store) {
        return new VaultAccounts(issuers, store);
    }

    /**
     * The account of an issuer, its key read from Vault once and kept.
     *
     * <p>With {@link Registration#IF_ABSENT} the key is made, stored (create-only) and registered where there is none yet;
     * replicas that race end with the same key and so, by RFC 8555 section 7.3.1, with the same account.
     *
     * @throws dev.perennial.events.RetryLater where Vault or the CA cannot be reached, nobody has registered yet, or the issuer is
     *     not known here yet ({@code ISSUER_NOT_READY})
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
