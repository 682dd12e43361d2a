package dev.perennial.validation.selection;

import java.util.List;
import java.util.Optional;

/**
 * How the names of one suffix are proven.
 *
 * @param methods in order of preference; empty where the rule only names a provider
 * @param provider writes the records of dns-01 whose own name (behind any CNAME) has this suffix
 */
public record ChallengeRule(Suffix suffix, List<ChallengeType> methods, Optional<String> provider) {
    public ChallengeRule {
        methods = List.copyOf(methods);
    }
}
