package dev.perennial.rules.access;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What an action concerns. An absent value concerns all: a resource without owner belongs to the installation.
 *
 * @param name of the certificate
 */
public record Resource(Optional<String> owner, Optional<String> name, Optional<String> issuer) {
    /** The whole installation. */
    public static final Resource INSTALLATION = new Resource(Optional.empty(), Optional.empty(), Optional.empty());

    /** A certificate. */
    public static Resource certificate(String owner, String name, String issuer) {
        return new Resource(Optional.of(owner), Optional.of(name), Optional.of(issuer));
    }

    /** What several resources have in common; it concerns all values of what they do not. */
    public static Resource common(Collection<Resource> resources) {
        return new Resource(
                common(resources, Resource::owner),
                common(resources, Resource::name),
                common(resources, Resource::issuer));
    }

    private static Optional<String> common(
            Collection<Resource> resources, Function<Resource, Optional<String>> component) {
        List<Optional<String>> values =
                resources.stream().map(component).distinct().toList();
        return values.size() == 1 ? values.getFirst() : Optional.empty();
    }

    /** An owner with all of its certificates. */
    public static Resource owner(String owner) {
        return new Resource(Optional.of(owner), Optional.empty(), Optional.empty());
    }

    /** An issuer with all of its certificates. */
    public static Resource issuer(String issuer) {
        return new Resource(Optional.empty(), Optional.empty(), Optional.of(issuer));
    }

    @Override
    public String toString() {
        String text = Stream.of(
                        owner.map(value -> "owner '" + value + "'"),
                        name.map(value -> "certificate '" + value + "'"),
                        issuer.map(value -> "issuer '" + value + "'"))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(", "));
        return text.isEmpty() ? "the installation" : text;
    }
}
