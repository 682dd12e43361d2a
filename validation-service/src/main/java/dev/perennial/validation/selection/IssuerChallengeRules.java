package dev.perennial.validation.selection;

import dev.perennial.events.IssuerSettings;

/** Provides the challenge rules of an issuer. */
@FunctionalInterface
public interface IssuerChallengeRules {
    ChallengeRules of(String issuer);

    /** Ignores unknown methods, which a newer version of another service may have sent. */
    static ChallengeRule rule(IssuerSettings.ChallengeRule settings) {
        return new ChallengeRule(
                settings.suffix().map(Suffix::new).orElse(Suffix.EVERYTHING),
                settings.methods().stream()
                        .flatMap(text -> ChallengeType.of(text).stream())
                        .toList(),
                settings.provider());
    }
}
