package dev.perennial.rules.replacement;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import java.time.Instant;
import java.util.List;

/**
 * A certificate selected for replacement.
 *
 * @param fingerprint of the current certificate, SHA-256 of its DER, lower-case hex
 * @param issuer of the new order
 * @param hosts the number of target hosts
 * @param expiresAt of the current certificate
 * @param exempt whether the CA exempts the replacement from its limits (RFC 9773)
 */
public record Candidate(
        CertificateId certificate,
        String fingerprint,
        String name,
        String owner,
        String issuer,
        List<Identifier> identifiers,
        int hosts,
        Instant expiresAt,
        boolean exempt) {
    public Candidate {
        identifiers = List.copyOf(identifiers);
    }

    /** The same certificate ordered at another issuer, where the order replaces nothing. */
    public Candidate at(String other) {
        return new Candidate(certificate, fingerprint, name, owner, other, identifiers, hosts, expiresAt, false);
    }
}
