package dev.perennial.dns;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;

/**
 * Follows CNAMEs to the name at which a record must be written, as the CA follows them (RFC 8555 section 8.4, RFC 1034
 * section 3.6.2). Pure.
 */
public final class CnameChain {
    static final int MAX_LINKS = 8;

    private CnameChain() {}

    /** @throws BrokenCnameException if the CNAMEs form a loop or exceed {@link #MAX_LINKS} */
    public static String target(String name, Function<String, Optional<String>> cname) {
        SequencedSet<String> path = new LinkedHashSet<>();
        String current = name;
        while (true) {
            if (!path.add(current)) {
                throw new BrokenCnameException(
                        "the CNAMEs of " + name + " form a loop; remove one of them", shown(path) + " -> " + current);
            }
            Optional<String> next = cname.apply(current);
            if (next.isEmpty()) {
                return current;
            }
            if (path.size() > MAX_LINKS) {
                throw new BrokenCnameException(
                        "the chain of CNAMEs from " + name + " is longer than " + MAX_LINKS + "; shorten it",
                        shown(path));
            }
            current = next.get();
        }
    }

    private static String shown(Collection<String> path) {
        return String.join(" -> ", path);
    }
}
