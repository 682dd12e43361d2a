package dev.perennial.orders.issuer.health;

import dev.perennial.acme.Issuers;
import dev.perennial.rules.requests.CertificateSpec;
import dev.perennial.rules.requests.Fallback;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;

/** The fallbacks in the settings of the issuers. One that no longer exists, or may not issue for the names, is skipped. */
@Singleton
class ConfiguredFallbacks implements FallbackCandidates {
    private final Issuers issuers;

    @Inject
    ConfiguredFallbacks(Issuers issuers) {
        this.issuers = issuers;
    }

    @Override
    public List<String> of(CertificateSpec spec) {
        Stream<String> fallbacks = Fallback.of(spec, issuers::find).stream()
                .filter(Fallback::isUsable)
                .map(Fallback::issuer);
        return Stream.concat(Stream.of(spec.issuer()), fallbacks).toList();
    }
}
