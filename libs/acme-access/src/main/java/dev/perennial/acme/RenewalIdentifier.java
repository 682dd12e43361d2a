package dev.perennial.acme;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.shredzone.acme4j.toolbox.AcmeUtils;

/** How a CA is asked about the renewal of a certificate, and how an order says which one it replaces. */
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
