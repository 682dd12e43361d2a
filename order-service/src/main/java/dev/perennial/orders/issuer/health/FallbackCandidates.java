package dev.perennial.orders.issuer.health;

import dev.perennial.rules.requests.CertificateSpec;
import java.util.List;

/** Which issuers may take an order for a certificate. */
@FunctionalInterface
public interface FallbackCandidates {
    /** The one that it asks for, then that one's fallbacks which may certify its names and key, in order of preference. */
    List<String> of(CertificateSpec spec);
}
