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
 * The identifier that is checked, and the challenges that can prove control of it. Pure.
 *
 * @param dnsWritable whether dns-01 is configured for it
 * @param rules of the issuer; if none matches, the rules of the validation-service apply, which are not available
 *     here
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

    /** The challenges that can be tried; one of them is enough. */
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

    /** The issuer's rule with the longest suffix. */
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
