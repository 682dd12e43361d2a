package dev.perennial.rules.requests;

import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;

/** The restrictions of one issuer, in addition to the policy of the installation. Pure. */
public record IssuerPolicy(IssuerSettings issuer) {
    /** Whether the issuer may issue a certificate that was requested at another issuer. */
    public boolean allows(CertificateSpec spec) {
        return allows(spec.keyType())
                && spec.identifiers().size() <= maxIdentifiers()
                && spec.identifiers().stream().allMatch(this::allows);
    }

    boolean allows(KeyType keyType) {
        return issuer.keyTypes().isEmpty() || issuer.keyTypes().contains(keyType);
    }

    int maxIdentifiers() {
        return issuer.maxIdentifiers().orElse(RequestRules.MAX_IDENTIFIERS);
    }

    /** The default for requests without a key type. */
    KeyType defaultKeyType() {
        return issuer.keyTypes().isEmpty() ? KeyType.EC_P256 : issuer.keyTypes().getFirst();
    }

    public boolean allows(Identifier identifier) {
        if (issuer.allowedSuffixes().isEmpty() && issuer.allowedNetworks().isEmpty()) {
            return true;
        }
        return identifier.ofType(Identifier.IP)
                ? issuer.allowedNetworks().stream()
                        .anyMatch(network -> Network.parse(network).contains(identifier.ip()))
                : Policy.isBelow(issuer.allowedSuffixes(), identifier.name().base());
    }
}
