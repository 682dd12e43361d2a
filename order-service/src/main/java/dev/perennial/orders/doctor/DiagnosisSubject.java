package dev.perennial.orders.doctor;

import dev.perennial.acme.Authorization.Challenge;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings.ChallengeRule;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What is looked at, and by what its control can be proven. Pure.
 *
 * @param dnsWritable whether the installation says that dns-01 is set up for it
 * @param rules of the issuer; where none fits, the validation-service's own count, which are not known here
 */
record DiagnosisSubject(Identifier identifier, boolean dnsWritable, List<ChallengeRule> rules) {
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

    /** Those that may be tried, and of which one is enough. */
    SortedSet<String> methods() {
        SortedSet<String> methods = new TreeSet<>(ruled());
        if (methods.isEmpty()) {
            methods.addAll(List.of(Challenge.HTTP_01, Challenge.TLS_ALPN_01));
            if (dnsWritable) {
                methods.add(Challenge.DNS_01);
            }
        }
        if (wildcard()) {
            methods.retainAll(List.of(Challenge.DNS_01));
        }
        if (isAddress()) {
            methods.remove(Challenge.DNS_01);
        }
        return methods;
    }

    /** What the issuer's rule with the longest suffix says. */
    private Collection<String> ruled() {
        return rules.stream()
                .filter(rule -> !rule.methods().isEmpty()
                        && rule.suffix().filter(suffix -> !covers(suffix)).isEmpty())
                .max(Comparator.comparing(
                        rule -> rule.suffix().map(String::length).orElse(0)))
                .map(ChallengeRule::methods)
                .orElse(List.of());
    }

    private boolean covers(String suffix) {
        return !isAddress() && (base().equals(suffix) || base().endsWith("." + suffix));
    }
}
