package dev.perennial.orders.doctor;

import dev.perennial.dns.CaaProperty;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The CAA records that count for a name.
 *
 * @param at where they were found: the name or one above it; empty where there are none
 */
record CaaSet(String at, List<CaaProperty> properties) {
    static final CaaSet NONE = new CaaSet("", List.of());

    CaaSet {
        properties = List.copyOf(properties);
    }

    /** The records of one name, or of what its aliases lead to. */
    @FunctionalInterface
    interface Lookup {
        List<CaaProperty> at(String name) throws IOException;
    }

    /** Upwards from the name to the top-level domain, until there are some (RFC 8659 section 3). */
    static CaaSet climb(String name, Lookup lookup) throws IOException {
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

    @Override
    public String toString() {
        return at + " has CAA " + properties.stream().map(CaaProperty::toString).collect(Collectors.joining(", "));
    }
}
