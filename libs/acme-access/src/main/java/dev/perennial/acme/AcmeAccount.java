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
 * One account at one CA. Thread-safe; many orders work through it at once. Each method is one request, save for retries
 * of {@code badNonce}. All throw {@link dev.perennial.events.RetryLater} where the CA is unavailable ({@code CA_UNAVAILABLE}),
 * limits us ({@code CA_RATE_LIMITED}, with its Retry-After) or breaks the protocol ({@code CA_MISBEHAVED}).
 */
public interface AcmeAccount {
    /** newOrder (RFC 8555 section 7.4) with the issuer's profile. */
    default NewOrderResult place(List<Identifier> identifiers) {
        return place(identifiers, Optional.empty());
    }

    /**
     * The same for the successor of a certificate (RFC 9773 section 5). It is not said to a CA that offers no renewal information; where
     * the CA does not like it, the order is placed without, with one more request.
     *
     * @param replaces {@link RenewalIdentifier} of that certificate
     */
    NewOrderResult place(List<Identifier> identifiers, Optional<String> replaces);

    /** POST-as-GET of an authorization (section 7.5). */
    Authorization authorization(URI url);

    /** Tells the CA that a challenge is ready to be looked at (section 7.5.1). Answering one twice is harmless. */
    void respond(Authorization.Challenge challenge);

    /** POST-as-GET of an order (section 7.1.6). */
    OrderProgress progress(AcmeOrder order);

    /**
     * Polls the order until it leaves {@code pending} and {@code processing} or {@code limit} has passed, honouring
     * Retry-After and backing off without one. Blocks: call it on a virtual thread.
     *
     * @param first how long to wait before the first look
     * @throws dev.perennial.events.RetryLater with {@code STEP_TIMED_OUT} when the limit has passed
     */
    OrderProgress await(AcmeOrder order, Duration first, Duration limit);

    /**
     * Finalize (section 7.4) with a CSR for the order's identifiers, signed by {@code certificateKey}. Where the CA says
     * {@code orderNotReady} (finalized before, for example) the answer is the order's current progress (one more request).
     */
    OrderProgress finalizeOrder(AcmeOrder order, List<Identifier> identifiers, KeyPair certificateKey);

    /** Downloads the default chain, leaf first (section 7.4.2). */
    List<X509Certificate> download(URI certificateUrl);

    /** revokeCert (section 7.6) in the account's name. Revoking one twice is harmless. */
    RevokeResult revoke(X509Certificate certificate, RevocationReason reason);

    /** The same in the name of whoever has the certificate's key: for one that another account ordered. */
    RevokeResult revoke(X509Certificate certificate, RevocationReason reason, KeyPair certificateKey);
}
