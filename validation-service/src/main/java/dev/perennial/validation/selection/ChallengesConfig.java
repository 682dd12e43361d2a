package dev.perennial.validation.selection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Optional;

/** Challenge types by name; without a rule http-01 and tls-alpn-01, for wildcards dns-01. */
@ConfigMapping(prefix = "perennial.challenges")
public interface ChallengesConfig {
    /** The rules. */
    @WithParentName
    Optional<List<Rule>> challenges();

    /** A rule for the names below one suffix; of several matching rules the longest suffix wins. */
    interface Rule {
        /** A domain, for example {@code example.com}, with all names below it; every name if absent. */
        Optional<String> suffix();

        /** {@code http-01}, {@code dns-01} or {@code tls-alpn-01}, in order of preference. */
        Optional<List<String>> methods();

        /** The provider for dns-01, a name in {@code perennial.dns-providers}. */
        Optional<String> provider();
    }

    /** @throws IllegalArgumentException if a method is unknown */
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
                        "perennial.challenges: unknown method '" + text + "'; possible: http-01, dns-01, tls-alpn-01"));
    }
}
