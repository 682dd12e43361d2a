package dev.perennial.orders.issuer.health;

import dev.perennial.rules.requests.CertificateSpec;
import java.util.List;

/** Finds the issuers that may take an order for a certificate. */
@FunctionalInterface
public interface FallbackCandidates {
    /** The requested issuer, then its fallbacks that may certify the names and key, in order of preference. */
    List<String> of(CertificateSpec spec);
}
