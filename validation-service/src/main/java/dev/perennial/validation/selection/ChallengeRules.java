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
 * All rules together; the longest suffix wins.
 *
 * @param ofIssuer come before all others; they are told while the service runs, so that a provider in them may be one that is not
 *     there
 * @param rules of the installation
 * @param zones of every DNS provider by its name; empty where a provider serves whatever it is asked for
 */
public record ChallengeRules(
        List<ChallengeRule> ofIssuer, List<ChallengeRule> rules, Map<String, Optional<Suffix>> zones) {
    private static final List<ChallengeType> DEFAULT = List.of(ChallengeType.HTTP_01, ChallengeType.TLS_ALPN_01);
    private static final List<ChallengeType> DEFAULT_OF_WILDCARDS = List.of(ChallengeType.DNS_01);

    /** @throws IllegalArgumentException where two rules are for one suffix, or one names a provider that is not there */
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
                        + ", which perennial.dns-providers does not have; it has " + zones.keySet());
            }
        }
    }

    /** The installation's own. */
    public ChallengeRules(List<ChallengeRule> rules, Map<String, Optional<Suffix>> zones) {
        this(List.of(), rules, zones);
    }

    /** The same behind those of an issuer. */
    public ChallengeRules after(List<ChallengeRule> issuers) {
        return new ChallengeRules(issuers, rules, zones);
    }

    public static ChallengeRules none() {
        return new ChallengeRules(List.of(), Map.of());
    }

    /**
     * What to try, in this order. Each further attempt of an order begins with the method after: the CA may see what we
     * see differently, and a rule with two methods says that both are wanted.
     *
     * @param identifier without {@code *.}
     * @param usable what the CA offers and this installation can answer
     * @param attempt of the order, from 1
     */
    public List<ChallengeType> methods(
            Identifier identifier, boolean wildcard, Set<ChallengeType> usable, int attempt) {
        List<ChallengeType> methods = new ArrayList<>(wanted(identifier.value(), wildcard).stream()
                .distinct()
                .filter(usable::contains)
                .filter(method -> !wildcard || method.provesWildcards())
                .toList());
        if (!methods.isEmpty()) {
            Collections.rotate(methods, -((attempt - 1) % methods.size()));
        }
        return List.copyOf(methods);
    }

    private List<ChallengeType> wanted(String name, boolean wildcard) {
        return first(rule -> !rule.methods().isEmpty(), name)
                .map(ChallengeRule::methods)
                .orElse(wildcard && !zones.isEmpty() ? DEFAULT_OF_WILDCARDS : DEFAULT);
    }

    /**
     * Who writes a record: what a rule says, else whose zone it is in, else the only provider there is if it has no zone.
     *
     * @param recordName behind any CNAME, lower case, no trailing dot
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

    /** Of the rules that say something about the matter. */
    private Optional<ChallengeRule> first(Predicate<ChallengeRule> saying, String name) {
        return Stream.of(ofIssuer, rules)
                .flatMap(some ->
                        Suffix.longest(some.stream().filter(saying).toList(), ChallengeRule::suffix, name).stream())
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
