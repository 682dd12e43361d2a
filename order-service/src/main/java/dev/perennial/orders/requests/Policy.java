package dev.perennial.orders.requests;

import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What this installation allows.
 *
 * @param allowedSuffixes domains below which (and which themselves) names may be certified, lower case
 * @param wildcardSuffixes domains for which dns-01 is set up, so that wildcards can be proven; lower case
 * @param hosts the hosts that run an agent
 * @param issuers the configured CAs
 * @param defaultIssuer one of them
 * @param rehearsals by issuer, the one at which its orders are rehearsed
 * @param allowedNetworks whose addresses may be certified
 */
public record Policy(
        List<String> allowedSuffixes,
        List<String> wildcardSuffixes,
        Set<String> hosts,
        Set<String> issuers,
        String defaultIssuer,
        List<Network> allowedNetworks,
        Map<String, String> rehearsals) {
    /** @throws IllegalArgumentException where nothing could ever be ordered under it */
    public Policy {
        allowedSuffixes = List.copyOf(allowedSuffixes);
        wildcardSuffixes = List.copyOf(wildcardSuffixes);
        hosts = Set.copyOf(hosts);
        issuers = Set.copyOf(issuers);
        allowedNetworks = List.copyOf(allowedNetworks);
        rehearsals = Map.copyOf(rehearsals);
        if (!issuers.contains(defaultIssuer)) {
            throw new IllegalArgumentException(
                    "perennial.default-issuer '" + defaultIssuer + "' is not one of the configured issuers " + issuers);
        }
        if (allowedSuffixes.isEmpty()) {
            throw new IllegalArgumentException("perennial.policy.allowed-suffixes is empty: no name could be ordered");
        }
    }

    /** Certifies no address. */
    public Policy(
            List<String> allowedSuffixes,
            List<String> wildcardSuffixes,
            Set<String> hosts,
            Set<String> issuers,
            String defaultIssuer) {
        this(allowedSuffixes, wildcardSuffixes, hosts, issuers, defaultIssuer, List.of(), Map.of());
    }

    /** Where the orders of an issuer are rehearsed. */
    Optional<String> rehearsal(String issuer) {
        return Optional.ofNullable(rehearsals.get(issuer));
    }

    /** Whether it may be certified at all. */
    public boolean allows(Identifier identifier) {
        return identifier.ofType(Identifier.IP)
                ? allows(identifier.ip())
                : allows(identifier.name().base());
    }

    boolean allows(IpAddress address) {
        return allowedNetworks.stream().anyMatch(network -> network.contains(address));
    }

    boolean allows(String baseName) {
        return isBelow(allowedSuffixes, baseName);
    }

    /** Whether dns-01 is set up for it. */
    public boolean allowsWildcards(String baseName) {
        return isBelow(wildcardSuffixes, baseName);
    }

    private static boolean isBelow(List<String> suffixes, String baseName) {
        return suffixes.stream().anyMatch(suffix -> baseName.equals(suffix) || baseName.endsWith("." + suffix));
    }
}
