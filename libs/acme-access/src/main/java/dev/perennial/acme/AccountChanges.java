package dev.perennial.acme;

/** What an administrator does to an account. For who may write it to Vault: the order-service. */
public interface AccountChanges {
    /**
     * Gives the account a new key (RFC 8555 section 7.3.5). Whatever dies in between, the same call again finishes it; what was
     * signed with the old key meanwhile is signed again.
     *
     * @throws dev.perennial.events.RetryLater where Vault or the CA cannot be reached, there is no account, or no such issuer
     */
    void rollOver(String issuer);

    /**
     * Ends the account for good (section 7.3.6): orders of this issuer wait from then on. Again is harmless.
     *
     * @throws dev.perennial.events.RetryLater where Vault or the CA cannot be reached, there is no account, or no such issuer
     */
    void deactivate(String issuer);
}
