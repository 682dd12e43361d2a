package dev.perennial.rules.access;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A role for some resources. Each set holds literal values, or {@link #ALL} for every value and for resources without
 * one; {@code names} may also hold patterns in which {@code *} stands for any characters.
 *
 * @param names of certificates
 */
public record Grant(Role role, Set<String> owners, Set<String> names, Set<String> issuers) {
    public static final String ALL = "*";

    private static final int MAX_TEXT = 10;

    /** @throws IllegalArgumentException if a set is empty, because it could be mistaken for everything */
    public Grant {
        owners = nonEmpty("owners", owners);
        names = nonEmpty("names", names);
        issuers = nonEmpty("issuers", issuers);
    }

    /** The role for everything. */
    public static Grant everywhere(Role role) {
        return new Grant(role, Set.of(ALL), Set.of(ALL), Set.of(ALL));
    }

    /** The role for all certificates of an owner. */
    public static Grant forOwner(Role role, String owner) {
        return new Grant(role, Set.of(owner), Set.of(ALL), Set.of(ALL));
    }

    boolean covers(Resource resource) {
        return covers(owners, resource.owner())
                && (covers(names, resource.name())
                        || resource.name().filter(this::matchesName).isPresent())
                && covers(issuers, resource.issuer());
    }

    /** The same role for those of the resources that it covers; empty if it covers none of them. */
    Optional<Grant> within(Collection<Resource> resources) {
        Set<String> covered = resources.stream()
                .filter(this::covers)
                .map(resource -> owners.contains(ALL) ? ALL : resource.owner().orElseThrow())
                .collect(Collectors.toUnmodifiableSet());
        return covered.isEmpty() ? Optional.empty() : Optional.of(new Grant(role, covered, names, issuers));
    }

    private static boolean covers(Set<String> granted, Optional<String> value) {
        return granted.contains(ALL) || value.filter(granted::contains).isPresent();
    }

    private boolean matchesName(String name) {
        return names.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /** The usual two pointers with one position to return to: time and memory are bounded for hostile patterns. */
    static boolean matches(String pattern, String text) {
        int p = 0;
        int star = -1;
        int after = 0;
        for (int t = 0; t < text.length(); ) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                after = t;
            } else if (p < pattern.length() && pattern.charAt(p) == text.charAt(t)) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++after;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static Set<String> nonEmpty(String field, Set<String> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException(field + ": at least one value is required; '*' stands for all");
        }
        return Set.copyOf(values);
    }

    /** For people, and for the record of a decision: without the values beyond the first ten of each set. */
    @Override
    public String toString() {
        return role.wireName()
                + text(" of owner ", owners)
                + text(" for certificate ", names)
                + text(" at issuer ", issuers);
    }

    private static String text(String prefix, Set<String> values) {
        return values.contains(ALL)
                ? ""
                : prefix
                        + values.stream().sorted().limit(MAX_TEXT).collect(Collectors.joining(" or "))
                        + (values.size() > MAX_TEXT ? " or " + (values.size() - MAX_TEXT) + " more" : "");
    }
}
