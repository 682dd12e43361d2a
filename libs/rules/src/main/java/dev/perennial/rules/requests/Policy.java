package dev.perennial.rules.requests;

import dev.perennial.events.Identifier;
import dev.perennial.events.IpAddress;
import dev.perennial.events.Network;
import java.util.List;
import java.util.Set;

/**
 * The policy of this installation, for every issuer.
 *
 * @param allowedSuffixes domains that may be certified, with all names below them; lower case
 * @param wildcardSuffixes domains for which dns-01 is set up, so that wildcards can be proven; lower case
 * @param defaultIssuer of requests without an issuer
 * @param allowedNetworks networks whose addresses may be certified
 * @param changeWindows names of the change windows that certificates may select
 */
public record Policy(
        List<String> allowedSuffixes,
        List<String> wildcardSuffixes,
        String defaultIssuer,
        List<Network> allowedNetworks,
        Set<String> changeWindows) {
    /** @throws IllegalArgumentException if no name could be requested */
    public Policy {
        allowedSuffixes = List.copyOf(allowedSuffixes);
        wildcardSuffixes = List.copyOf(wildcardSuffixes);
        allowedNetworks = List.copyOf(allowedNetworks);
        changeWindows = Set.copyOf(changeWindows);
        if (allowedSuffixes.isEmpty()) {
            throw new IllegalArgumentException(
                    "perennial.policy.allowed-suffixes is empty, so that no name could be requested; add at least one domain");
        }
    }

    /** A policy without change windows. */
    public Policy(
            List<String> allowedSuffixes,
            List<String> wildcardSuffixes,
            String defaultIssuer,
            List<Network> allowedNetworks) {
        this(allowedSuffixes, wildcardSuffixes, defaultIssuer, allowedNetworks, Set.of());
    }

    /** A policy that allows no address. */
    public Policy(List<String> allowedSuffixes, List<String> wildcardSuffixes, String defaultIssuer) {
        this(allowedSuffixes, wildcardSuffixes, defaultIssuer, List.of());
    }

    /** Whether the identifier may be certified. */
    public boolean allows(Identifier identifier) {
        return identifier.ofType(Identifier.IP)
                ? allows(identifier.ip())
                : allows(identifier.name().base());
    }

    boolean allows(IpAddress address) {
        return allowedNetworks.stream().anyMatch(network -> network.contains(address));
    }

    /** Whether all addresses of the network may be certified. */
    public boolean allows(Network network) {
        return allowedNetworks.stream().anyMatch(allowed -> allowed.contains(network));
    }

    public boolean allows(String baseName) {
        return isBelow(allowedSuffixes, baseName);
    }

    /** Whether dns-01 is set up for it. */
    public boolean allowsWildcards(String baseName) {
        return isBelow(wildcardSuffixes, baseName);
    }

    static boolean isBelow(List<String> suffixes, String baseName) {
        return suffixes.stream().anyMatch(suffix -> baseName.equals(suffix) || baseName.endsWith("." + suffix));
    }
}
