package dev.perennial.dns;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.Function;

/**
 * Where a record has to be written: CNAMEs lead there, as they lead the CA (RFC 8555 section 8.4, RFC 1034 section 3.6.2). Pure.
 */
public final class CnameChain {
    static final int MOST_LINKS = 8;

    private CnameChain() {}

    /** @throws BrokenCnameException where the CNAMEs lead in a circle or too far */
    public static String target(String name, Function<String, Optional<String>> cname) {
        SequencedSet<String> way = new LinkedHashSet<>();
        String here = name;
        while (true) {
            if (!way.add(here)) {
                throw new BrokenCnameException(
                        "the CNAMEs of " + name + " lead in a circle; mend them", shown(way) + " -> " + here);
            }
            Optional<String> next = cname.apply(here);
            if (next.isEmpty()) {
                return here;
            }
            if (way.size() > MOST_LINKS) {
                throw new BrokenCnameException(
                        "more than " + MOST_LINKS + " CNAMEs follow each other from " + name + "; shorten them",
                        shown(way));
            }
            here = next.get();
        }
    }

    private static String shown(Collection<String> way) {
        return String.join(" -> ", way);
    }
}
