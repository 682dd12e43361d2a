package dev.perennial.rules.requests;

import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import java.util.List;

/**
 * The requested properties of a certificate; equal specs request the same certificate.
 *
 * @param identifiers sorted, without duplicates
 * @param targets sorted, without duplicates
 * @param keyReuse whether the next certificate reuses the key of the current one, if that is allowed
 */
public record CertificateSpec(
        String issuer, KeyType keyType, List<Identifier> identifiers, List<String> targets, boolean keyReuse) {
    /** A spec with a new key for each certificate. */
    public CertificateSpec(String issuer, KeyType keyType, List<Identifier> identifiers, List<String> targets) {
        this(issuer, keyType, identifiers, targets, false);
    }

    public CertificateSpec withNewKey() {
        return new CertificateSpec(issuer, keyType, identifiers, targets, false);
    }

    public CertificateSpec {
        identifiers = List.copyOf(identifiers);
        targets = List.copyOf(targets);
    }

    /** The same spec for other identifiers. */
    public CertificateSpec covering(List<Identifier> others) {
        return new CertificateSpec(issuer, keyType, others, targets, keyReuse);
    }
}
