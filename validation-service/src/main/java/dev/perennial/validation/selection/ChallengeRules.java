package dev.perennial.validation.selection;

import dev.perennial.events.Identifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All rules; the longest suffix wins.
 *
 * @param ofIssuer rules of the issuer, which precede all others; they change at run time and may name a missing
 *     provider
 * @param rules of the installation
 * @param zones of every DNS provider by its name; empty if a provider serves any name
 */
public record ChallengeRules(
        List<ChallengeRule> ofIssuer, List<ChallengeRule> rules, Map<String, Optional<Suffix>> zones) {
    private static final List<ChallengeType> DEFAULT = List.of(ChallengeType.HTTP_01, ChallengeType.TLS_ALPN_01);
    private static final List<ChallengeType> DEFAULT_OF_WILDCARDS = List.of(ChallengeType.DNS_01);

    /** @throws IllegalArgumentException if two rules have the same suffix, or one names a missing provider */
    public ChallengeRules {
        ofIssuer = List.copyOf(ofIssuer);
        rules = List.copyOf(rules);
        zones = Map.copyOf(zones);
        for (ChallengeRule rule : rules) {
            if (rules.stream()
                            .filter(other -> other.suffix().equals(rule.suffix()))
                            .count()
                    > 1) {
                throw new IllegalArgumentException("perennial.challenges has two rules for " + rule.suffix());
            }
            if (rule.provider().isPresent()
                    && !zones.containsKey(rule.provider().get())) {
                throw new IllegalArgumentException("perennial.challenges names the provider '"
                        + rule.provider().get() + "' for " + rule.suffix()
                        + ", which perennial.dns-providers does not define; it defines " + zones.keySet());
            }
        }
    }

    /** The rules of the installation only. */
    public ChallengeRules(List<ChallengeRule> rules, Map<String, Optional<Suffix>> zones) {
        this(List.of(), rules, zones);
    }

    /** These rules, preceded by the rules of an issuer. */
    public ChallengeRules withIssuerRules(List<ChallengeRule> issuers) {
        return new ChallengeRules(issuers, rules, zones);
    }

    public static ChallengeRules none() {
        return new ChallengeRules(List.of(), Map.of());
    }

    /**
     * The methods to try, in this order. Each further attempt starts with the next method, because the CA's view may
     * differ from the self-check.
     *
     * @param identifier without {@code *.}
     * @param usable offered by the CA and supported by this installation
     * @param attempt number of the attempt, from 1
     */
    public List<ChallengeType> methods(
            Identifier identifier, boolean wildcard, Set<ChallengeType> usable, int attempt) {
        List<ChallengeType> methods = new ArrayList<>(preferred(identifier.value(), wildcard).stream()
                .distinct()
                .filter(usable::contains)
                .filter(method -> !wildcard || method.provesWildcards())
                .toList());
        if (!methods.isEmpty()) {
            Collections.rotate(methods, -((attempt - 1) % methods.size()));
        }
        return List.copyOf(methods);
    }

    private List<ChallengeType> preferred(String name, boolean wildcard) {
        return first(rule -> !rule.methods().isEmpty(), name)
                .map(ChallengeRule::methods)
                .orElse(wildcard && !zones.isEmpty() ? DEFAULT_OF_WILDCARDS : DEFAULT);
    }

    /**
     * The provider of a record: from a rule, else by its zone, else the only provider if it has no zone.
     *
     * @param recordName after following CNAMEs, lower case, no trailing dot
     */
    public Optional<String> provider(String recordName) {
        List<Map.Entry<String, Suffix>> owners = zones.entrySet().stream()
                .flatMap(entry -> entry.getValue().stream().map(zone -> Map.entry(entry.getKey(), zone)))
                .toList();
        return first(rule -> rule.provider().isPresent(), recordName)
                .flatMap(ChallengeRule::provider)
                .or(() ->
                        Suffix.longest(owners, Map.Entry::getValue, recordName).map(Map.Entry::getKey))
                .or(this::only);
    }

    /** The matching rule with the longest suffix; rules of the issuer first. */
    private Optional<ChallengeRule> first(Predicate<ChallengeRule> filter, String name) {
        return Stream.of(ofIssuer, rules)
                .flatMap(list ->
                        Suffix.longest(list.stream().filter(filter).toList(), ChallengeRule::suffix, name).stream())
                .findFirst();
    }

    private Optional<String> only() {
        return zones.size() != 1
                ? Optional.empty()
                : zones.entrySet().stream()
                        .filter(entry -> entry.getValue().isEmpty())
                        .map(Map.Entry::getKey)
                        .findFirst();
    }
}
