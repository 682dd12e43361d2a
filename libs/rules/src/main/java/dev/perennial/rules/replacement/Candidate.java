package dev.perennial.rules.replacement;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import java.time.Instant;
import java.util.List;

/**
 * A certificate that is to be replaced.
 *
 * @param fingerprint of what is served now, SHA-256 of its DER, lower-case hex
 * @param issuer where the new one is ordered
 * @param hosts on how many it is to be served
 * @param expiresAt of what is served now
 * @param exempt the CA limits its replacement in nothing (RFC 9773)
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

    /** The same, ordered elsewhere: there it replaces nothing. */
    public Candidate at(String other) {
        return new Candidate(certificate, fingerprint, name, owner, other, identifiers, hosts, expiresAt, false);
    }
}
