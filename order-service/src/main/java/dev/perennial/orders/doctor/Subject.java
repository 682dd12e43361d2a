package dev.perennial.orders.doctor;

import dev.perennial.acme.Authorization.Challenge;
import dev.perennial.events.Identifier;
import dev.perennial.orders.requests.Policy;
import java.util.SortedSet;
import java.util.TreeSet;

/** What is looked at, and by what its control can be proven. */
record Subject(Identifier identifier, Policy policy) {
    boolean isAddress() {
        return identifier.ofType(Identifier.IP);
    }

    boolean wildcard() {
        return !isAddress() && identifier.name().isWildcard();
    }

    /** The name without its star. */
    String base() {
        return identifier.name().base();
    }

    /** Whether it is set up for the name. */
    boolean dns01() {
        return !isAddress() && policy.allowsWildcards(base());
    }

    SortedSet<String> methods() {
        SortedSet<String> methods = new TreeSet<>();
        if (!wildcard()) {
            methods.add(Challenge.HTTP_01);
            methods.add(Challenge.TLS_ALPN_01);
        }
        if (dns01()) {
            methods.add(Challenge.DNS_01);
        }
        return methods;
    }
}
