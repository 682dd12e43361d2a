package dev.perennial.validation.selection;

import java.util.List;
import java.util.Optional;

/**
 * The challenge types for the names below one suffix.
 *
 * @param methods in order of preference; empty if the rule only names a provider
 * @param provider writes the dns-01 records whose name, after following CNAMEs, has this suffix
 */
public record ChallengeRule(Suffix suffix, List<ChallengeType> methods, Optional<String> provider) {
    public ChallengeRule {
        methods = List.copyOf(methods);
    }
}
