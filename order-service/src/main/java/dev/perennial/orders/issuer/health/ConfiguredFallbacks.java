package dev.perennial.orders.issuer.health;

import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerSettings;
import dev.perennial.rules.requests.CertificateSpec;
import dev.perennial.rules.requests.IssuerPolicy;
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
        String preferred = spec.issuer();
        Stream<String> fallbacks = issuers.find(preferred).stream()
                .map(IssuerSettings::fallbacks)
                .flatMap(List::stream)
                .flatMap(name -> issuers.find(name).stream())
                .filter(fallback -> new IssuerPolicy(fallback).allows(spec))
                .map(IssuerSettings::name);
        return Stream.concat(Stream.of(preferred), fallbacks).toList();
    }
}
