package dev.perennial.rules.access;

import dev.perennial.events.ResourceName;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A grant for every token in which a claim has a value.
 *
 * @param claim a path of names, for example {@code groups}, or {@code realm_access/roles}
 * @param value a literal value, or a pattern in which {@code *} stands for any characters
 * @param owners whose certificates the grant covers
 */
public record ClaimRule(String claim, String value, Role role, Owners owners, Set<String> names, Set<String> issuers) {

    /** Whose certificates a grant covers. */
    public sealed interface Owners {}

    /** The same owners for every token. */
    public record NamedOwners(Set<String> owners) implements Owners {
        public NamedOwners {
            owners = Set.copyOf(owners);
        }
    }

    /**
     * The values of a claim that begin with a prefix, without the prefix. Values that are no name of an owner are
     * skipped: the claim may also have other groups.
     */
    public record OwnersOfClaim(String claim, String prefix) implements Owners {}

    /** Reads the values of a claim of one token; an absent claim has none. */
    @FunctionalInterface
    public interface Claims {
        Set<String> values(String path);
    }

    /** @throws IllegalArgumentException if the rule could not grant anything, or everything by mistake */
    public ClaimRule {
        if (claim.isBlank() || value.isBlank()) {
            throw new IllegalArgumentException("a rule requires a claim and a value");
        }
        // The checks of a grant.
        new Grant(role, owners instanceof NamedOwners named ? named.owners() : Set.of(Grant.ALL), names, issuers);
        names = Set.copyOf(names);
        issuers = Set.copyOf(issuers);
    }

    /** @param value a literal value, or a pattern in which {@code *} stands for any characters */
    static boolean hasValue(Claims claims, String claim, String value) {
        Set<String> values = claims.values(claim);
        return value.indexOf('*') < 0
                ? values.contains(value)
                : values.stream().anyMatch(found -> Grant.matches(value, found));
    }

    /**
     * The grants of a token whose signature, audience, issuer and lifetime have been verified.
     *
     * @param provider the name of its identity provider
     */
    public static List<ConfiguredGrant> grants(String provider, List<ClaimRule> rules, Claims claims) {
        return rules.stream()
                .flatMap(rule -> rule.grant(claims).stream().map(it -> new ConfiguredGrant(provider, rule.text(), it)))
                .toList();
    }

    /** All that the rule says; it identifies the rule. */
    public String text() {
        String whose =
                switch (owners) {
                    case NamedOwners named -> "owners " + new TreeSet<>(named.owners());
                    case OwnersOfClaim it -> "owners-claim '" + it.claim() + "' with prefix '" + it.prefix() + "'";
                };
        return role.wireName() + " if '" + claim + "' is '" + value + "', " + whose + ", names " + new TreeSet<>(names)
                + ", issuers " + new TreeSet<>(issuers);
    }

    private Optional<Grant> grant(Claims claims) {
        if (!hasValue(claims, claim, value)) {
            return Optional.empty();
        }
        Set<String> covered = owners(claims);
        return covered.isEmpty() ? Optional.empty() : Optional.of(new Grant(role, covered, names, issuers));
    }

    private Set<String> owners(Claims claims) {
        return switch (owners) {
            case NamedOwners named -> named.owners();
            case OwnersOfClaim it -> {
                Set<String> found = new TreeSet<>();
                claims.values(it.claim()).stream()
                        .filter(text -> text.startsWith(it.prefix()))
                        .map(text -> text.substring(it.prefix().length()))
                        // A claim never grants all owners: '*' is not a name.
                        .filter(ResourceName::isValid)
                        .forEach(found::add);
                yield found;
            }
        };
    }
}
