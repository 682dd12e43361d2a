package dev.perennial.orders.status;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One check of the status of one certificate at every CRL and OCSP responder that it names, until one reports a
 * revocation.
 */
final class StatusCheck {
    private static final int MAX_BYTES = 64 * 1024;

    private final StatusFetch fetch;
    private final CrlCache lists;
    private final Clock clock;

    StatusCheck(StatusFetch fetch, CrlCache lists, Clock clock) {
        this.fetch = fetch;
        this.lists = lists;
        this.clock = clock;
    }

    /** @param issuedBy the CA's certificate, if it is known; otherwise it is fetched from the URL in the leaf */
    StatusResult at(X509Certificate leaf, Optional<X509Certificate> issuedBy) {
        StatusUrls urls;
        try {
            urls = StatusUrls.of(leaf);
        } catch (IllegalArgumentException | IllegalStateException e) {
            return new StatusResult.Unavailable("the status URLs in the certificate cannot be read");
        }
        if (urls.lists().isEmpty() && urls.responders().isEmpty()) {
            return new StatusResult.NotOffered();
        }
        List<StatusResult> results = new ArrayList<>();
        try {
            X509Certificate issuer = issuedBy.isPresent() ? issuedBy.get() : issuer(leaf, urls);
            for (URI url : urls.lists()) {
                results.add(evaluate(() -> CrlCheck.find(lists.at(url, issuer), url, leaf, clock.instant())));
            }
            for (URI url : urls.responders()) {
                results.add(evaluate(() -> OcspCheck.read(
                        fetch.post(url, "application/ocsp-request", OcspCheck.request(leaf, issuer), MAX_BYTES),
                        url,
                        leaf,
                        issuer,
                        clock.instant())));
            }
        } catch (UntrustedStatusException e) {
            results.add(new StatusResult.Unavailable(e.getMessage()));
        }
        return StatusResult.of(results);
    }

    @FunctionalInterface
    private interface StatusQuery {
        StatusResult evaluate() throws UntrustedStatusException;
    }

    private static StatusResult evaluate(StatusQuery query) {
        try {
            return query.evaluate();
        } catch (UntrustedStatusException e) {
            return new StatusResult.Unavailable(e.getMessage());
        }
    }

    /**
     * Fetches the certificate of the issuer. A root that issues leaves is not part of the chain. The signature on the
     * leaf identifies the issuer, so the source need not be trusted.
     */
    private X509Certificate issuer(X509Certificate leaf, StatusUrls urls) throws UntrustedStatusException {
        UntrustedStatusException last = new UntrustedStatusException(
                "the certificate of the CA is not in the chain, and the leaf has no URL for it");
        for (URI url : urls.issuers()) {
            try {
                return issuer(leaf, url);
            } catch (UntrustedStatusException e) {
                last = e;
            }
        }
        throw last;
    }

    private X509Certificate issuer(X509Certificate leaf, URI url) throws UntrustedStatusException {
        byte[] body = fetch.get(url, MAX_BYTES);
        try {
            X509Certificate issuer = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(body));
            if (!leaf.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
                throw new UntrustedStatusException(url + " is the certificate of another CA");
            }
            leaf.verify(issuer.getPublicKey());
            return issuer;
        } catch (GeneralSecurityException e) {
            throw new UntrustedStatusException(url + " is not the certificate of the CA that issued this one", e);
        }
    }
}
