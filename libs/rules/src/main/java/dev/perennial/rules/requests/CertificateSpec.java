package dev.perennial.rules.requests;

import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import java.util.List;

/**
 * What a certificate is to be; two requests with equal specs ask for the same thing.
 *
 * @param identifiers sorted, without duplicates
 * @param targets sorted, without duplicates
 * @param keyReuse whether what is issued next has the key of what is served, where it may
 */
public record CertificateSpec(
        String issuer, KeyType keyType, List<Identifier> identifiers, List<String> targets, boolean keyReuse) {
    /** With a new key each time. */
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

    /** The same for these. */
    public CertificateSpec covering(List<Identifier> others) {
        return new CertificateSpec(issuer, keyType, others, targets, keyReuse);
    }
}
