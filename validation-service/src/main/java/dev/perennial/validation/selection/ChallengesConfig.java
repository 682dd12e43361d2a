package dev.perennial.validation.selection;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** How control is proven, by name; http-01 and tls-alpn-01 (wildcards: dns-01) where nothing is said. */
@ConfigMapping(prefix = "perennial")
public interface ChallengesConfig {
    Optional<List<Rule>> challenges();

    /** For the names of one suffix; of several that fit, the longest suffix counts. */
    interface Rule {
        /** A domain, {@code example.com}: itself and all names below it. Every name where absent. */
        Optional<String> suffix();

        /** Of {@code http-01}, {@code dns-01}, {@code tls-alpn-01}, in order of preference. */
        Optional<List<String>> methods();

        /** For dns-01: a name of {@code perennial.dns-providers}. */
        Optional<String> provider();
    }

    /** @throws IllegalArgumentException naming a method that is none */
    default List<ChallengeRule> rules() {
        return challenges().orElse(List.of()).stream()
                .map(ChallengesConfig::rule)
                .toList();
    }

    private static ChallengeRule rule(Rule rule) {
        return new ChallengeRule(
                rule.suffix().map(Suffix::new).orElse(Suffix.EVERYTHING),
                rule.methods().orElse(List.of()).stream()
                        .map(ChallengesConfig::method)
                        .toList(),
                rule.provider());
    }

    private static ChallengeType method(String text) {
        return ChallengeType.of(text.strip())
                .orElseThrow(() -> new IllegalArgumentException(
                        "perennial.challenges: '" + text + "' is no method; possible: http-01, dns-01, tls-alpn-01"));
    }
}
