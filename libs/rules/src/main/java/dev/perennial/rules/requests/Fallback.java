package dev.perennial.rules.requests;

import dev.perennial.events.IssuerSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A fallback in the settings of an issuer.
 *
 * @param obstacle why it may not take an order for the certificate; empty if it may
 */
public record Fallback(String issuer, Optional<String> obstacle) {
    /**
     * The fallbacks for a certificate, in order of preference.
     *
     * @param issuers finds a configured issuer
     */
    public static List<Fallback> of(CertificateSpec spec, Function<String, Optional<IssuerSettings>> issuers) {
        return issuers.apply(spec.issuer()).stream()
                .map(IssuerSettings::fallbacks)
                .flatMap(List::stream)
                .map(name -> new Fallback(name, obstacle(spec, issuers.apply(name))))
                .toList();
    }

    private static Optional<String> obstacle(CertificateSpec spec, Optional<IssuerSettings> issuer) {
        return issuer.map(settings -> new IssuerPolicy(settings).allows(spec)
                        ? Optional.<String>empty()
                        : Optional.of("it does not certify these names, or this key type"))
                .orElseGet(() -> Optional.of("it is not configured"));
    }

    /** The same fallback, within the policy of the owner. */
    public Fallback within(OwnerPolicies policies, String owner) {
        return obstacle.isPresent() || policies.mayUse(owner, issuer)
                ? this
                : new Fallback(
                        issuer,
                        Optional.of("owner '" + owner + "' may not use it; rule " + policies.issuerRule(owner)));
    }

    public boolean isUsable() {
        return obstacle.isEmpty();
    }
}
