package dev.perennial.validation.dns01;

import dev.perennial.acme.Issuers;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.ChallengesConfig;
import dev.perennial.validation.selection.IssuerChallengeRules;
import dev.perennial.validation.selection.Suffix;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Produces the configured rules. The process does not start if they are contradictory. */
class ChallengeRulesProducer {
    @Produces
    @Singleton
    IssuerChallengeRules issuerRules(ChallengeRules installation, Issuers issuers) {
        return name -> issuers.find(name)
                .map(issuer -> installation.withIssuerRules(issuer.challenges().stream()
                        .map(IssuerChallengeRules::rule)
                        .toList()))
                .orElse(installation);
    }

    @Produces
    @Singleton
    @Startup
    ChallengeRules rules(ChallengesConfig challenges, ProvidersConfig providers) {
        Map<String, Optional<Suffix>> zones = new HashMap<>();
        providers
                .providers()
                .forEach((name, provider) -> zones.put(name, provider.zone().map(Suffix::new)));
        return new ChallengeRules(challenges.rules(), zones);
    }
}
