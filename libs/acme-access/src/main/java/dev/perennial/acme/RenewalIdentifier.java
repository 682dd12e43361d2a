package dev.perennial.acme;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.shredzone.acme4j.toolbox.AcmeUtils;

/** The ARI identifier of a certificate, used in renewalInfo requests and in the {@code replaces} field of an order. */
public final class RenewalIdentifier {
    private RenewalIdentifier() {}

    /** RFC 9773 section 4.1; empty for a certificate without an authority key identifier. */
    public static Optional<String> of(X509Certificate certificate) {
        try {
            return Optional.of(AcmeUtils.getRenewalUniqueIdentifier(certificate));
        } catch (RuntimeException e) {
            return Optional.empty();
        }
    }
}
