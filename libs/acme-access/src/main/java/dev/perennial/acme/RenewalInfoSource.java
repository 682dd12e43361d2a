package dev.perennial.acme;

/** Requests renewal information from CAs. Requires no account. */
public interface RenewalInfoSource {
    /**
     * Sends one GET (RFC 9773 section 4.1).
     *
     * @param renewalId {@link RenewalIdentifier} of the certificate
     * @throws dev.perennial.events.RetryLater if the CA is unavailable or limits the rate (with its Retry-After), or
     *     the issuer is not known yet
     */
    RenewalInfo fetch(String issuer, String renewalId);
}
