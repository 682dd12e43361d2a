package dev.perennial.validation.selection;

import dev.perennial.events.IssuerSettings;

/** By which rules an issuer's orders are proven. */
@FunctionalInterface
public interface IssuerChallengeRules {
    ChallengeRules of(String issuer);

    /** Methods that this version does not know are left out: a newer neighbour may know them. */
    static ChallengeRule rule(IssuerSettings.ChallengeRule told) {
        return new ChallengeRule(
                told.suffix().map(Suffix::new).orElse(Suffix.EVERYTHING),
                told.methods().stream()
                        .flatMap(text -> ChallengeType.of(text).stream())
                        .toList(),
                told.provider());
    }
}
