package dev.perennial.orders.doctor;

import dev.perennial.dns.CaaProperty;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The CAA records that apply to a name.
 *
 * @param at the name or parent domain that has them; empty if there are none
 */
record CaaSet(String at, List<CaaProperty> properties) {
    static final CaaSet NONE = new CaaSet("", List.of());

    CaaSet {
        properties = List.copyOf(properties);
    }

    /** Returns the records of one name, or of the target of its aliases. */
    @FunctionalInterface
    interface Lookup {
        List<CaaProperty> at(String name) throws IOException;
    }

    /** Searches from the name up to the top-level domain until records are found (RFC 8659 section 3). */
    static CaaSet search(String name, Lookup lookup) throws IOException {
        for (String here = name; !here.isEmpty(); here = above(here)) {
            List<CaaProperty> found = lookup.at(here);
            if (!found.isEmpty()) {
                return new CaaSet(here, found);
            }
        }
        return NONE;
    }

    private static String above(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? "" : name.substring(dot + 1);
    }

    List<CaaProperty> tagged(String tag) {
        return properties.stream()
                .filter(property -> property.tag().equals(tag))
                .toList();
    }

    /** The tag of the properties that apply to a name, or to a wildcard (RFC 8659 section 4.3). */
    String issueTag(boolean wildcard) {
        return wildcard && !tagged(CaaChecks.ISSUE_WILD).isEmpty() ? CaaChecks.ISSUE_WILD : CaaChecks.ISSUE;
    }

    /** The values of the properties of {@link #issueTag}. */
    List<CaaPermission> permissions(boolean wildcard) {
        return tagged(issueTag(wildcard)).stream()
                .map(property -> CaaPermission.parse(property.value()))
                .toList();
    }

    @Override
    public String toString() {
        return at + " has CAA " + properties.stream().map(CaaProperty::toString).collect(Collectors.joining(", "));
    }
}
