package dev.perennial.acme;

/** Asks CAs when certificates should be renewed. Needs no account. */
public interface RenewalInfoSource {
    /**
     * One GET (RFC 9773 section 4.1).
     *
     * @param renewalId {@link RenewalIdentifier} of the certificate
     * @throws dev.perennial.events.RetryLater where the CA is unavailable or limits us, with its Retry-After, or the issuer is not known
     *     here (yet)
     */
    RenewalInfo about(String issuer, String renewalId);
}
