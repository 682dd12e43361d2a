package dev.perennial.acme;

/** Account operations of an administrator. They write to Vault, which only the order-service may do. */
public interface AccountChanges {
    /**
     * Changes the key of the account (RFC 8555 section 7.3.5). After a crash at any step, a second call completes the
     * change. Requests that were signed with the old key are signed and sent again.
     *
     * @throws dev.perennial.events.RetryLater if Vault or the CA is unavailable, the issuer is unknown or it has no
     *     account
     */
    void rollOver(String issuer);

    /**
     * Deactivates the account permanently (section 7.3.6); orders of this issuer then wait. Idempotent.
     *
     * @throws dev.perennial.events.RetryLater if Vault or the CA is unavailable, the issuer is unknown or it has no
     *     account
     */
    void deactivate(String issuer);
}
