package dev.perennial.acme;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Identifier;
import dev.perennial.events.RevocationReason;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One account at one CA. Thread-safe: many orders use it concurrently. Each method sends one request, plus retries
 * after {@code badNonce}. Each throws {@link dev.perennial.events.RetryLater} if the CA is unavailable ({@code
 * CA_UNAVAILABLE}), limits the rate ({@code CA_RATE_LIMITED}, with its Retry-After) or violates the protocol ({@code
 * CA_MISBEHAVED}).
 */
public interface AcmeAccount {
    /** newOrder (RFC 8555 section 7.4) with the issuer's profile. */
    default NewOrderResult place(List<Identifier> identifiers) {
        return place(identifiers, Optional.empty());
    }

    /**
     * newOrder with {@code replaces} (RFC 9773 section 5). The field is omitted if the CA offers no renewal
     * information. If the CA refuses it, a second request places the order without it.
     *
     * @param replaces {@link RenewalIdentifier} of that certificate
     */
    NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces);

    /** POST-as-GET of an authorization (section 7.5). */
    Authorization authorization(URI url);

    /** Responds to a challenge (section 7.5.1), so that the CA validates it. Idempotent. */
    void respond(Authorization.Challenge challenge);

    /** POST-as-GET of an order (section 7.1.6). */
    OrderProgress progress(AcmeOrder order);

    /**
     * Polls the order until it leaves {@code pending} and {@code processing} or {@code timeout} expires. Follows
     * Retry-After, and backs off exponentially without it. Blocks: call it on a virtual thread.
     *
     * @param initialDelay wait before the first request
     * @throws dev.perennial.events.RetryLater with {@code STEP_TIMED_OUT} if the timeout expires
     */
    OrderProgress await(AcmeOrder order, Duration initialDelay, Duration timeout);

    /**
     * Finalizes the order (section 7.4) with a CSR for its identifiers, signed by {@code certificateKey}. If the CA
     * answers {@code orderNotReady}, for example because the order is already finalized, a second request reads its
     * current progress. After a failure, {@link RequestNotSent} shows whether the CA may have received the CSR.
     */
    OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey);

    /**
     * Downloads the default chain (section 7.4.2), or the alternate one that the issuer's {@code preferredChain} names.
     *
     * @return the path from the leaf, without certificates that do not belong to it
     */
    List<X509Certificate> download(URI certificateUrl);

    /** revokeCert (section 7.6), signed with the account key. Idempotent. */
    RevokeResult revoke(X509Certificate certificate, RevocationReason reason);

    /** revokeCert, signed with the certificate's key: for a certificate that another account ordered. */
    RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey);
}
