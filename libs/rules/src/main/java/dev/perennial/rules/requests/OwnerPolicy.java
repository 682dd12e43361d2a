package dev.perennial.rules.requests;

import dev.perennial.events.Identifier;
import dev.perennial.events.KeyType;
import dev.perennial.events.Network;
import dev.perennial.rules.access.OwnerClaim;
import java.util.List;
import java.util.Optional;

/**
 * The restrictions of one owner, in addition to the policy of the installation. An absent value restricts nothing. Pure.
 *
 * @param allowedSuffixes domains whose names, and names below them, the owner may request; lower case
 * @param allowedNetworks networks whose addresses the owner may request
 * @param hosts hosts to which the owner may deploy
 * @param issuers issuers at which orders of the owner may be placed
 * @param keyTypes key types that the owner may request, in order of preference
 * @param wildcards whether the owner may request wildcards
 * @param requiredLabels keys of labels that each request must have
 * @param maxOrdersPerDay orders that requests may create in 24 hours
 * @param approvals requests that wait for an approval
 * @param contacts e-mail addresses of the people who are responsible; they restrict nothing
 * @param claims the members of the owner; they restrict nothing
 */
public record OwnerPolicy(
        Optional<List<String>> allowedSuffixes,
        Optional<List<Network>> allowedNetworks,
        Optional<List<String>> hosts,
        Optional<List<String>> issuers,
        Optional<List<KeyType>> keyTypes,
        boolean wildcards,
        List<String> requiredLabels,
        Optional<Integer> maxOrdersPerDay,
        OwnerApprovals approvals,
        List<String> contacts,
        List<OwnerClaim> claims) {
    /** Only the policy of the installation applies. */
    public static final OwnerPolicy UNRESTRICTED = new OwnerPolicy(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            true,
            List.of(),
            Optional.empty(),
            OwnerApprovals.NONE,
            List.of(),
            List.of());

    public OwnerPolicy {
        allowedSuffixes = allowedSuffixes.map(List::copyOf);
        allowedNetworks = allowedNetworks.map(List::copyOf);
        hosts = hosts.map(List::copyOf);
        issuers = issuers.map(List::copyOf);
        keyTypes = keyTypes.map(List::copyOf);
        requiredLabels = List.copyOf(requiredLabels);
        contacts = List.copyOf(contacts);
        claims = List.copyOf(claims);
    }

    boolean allows(Identifier identifier) {
        return identifier.ofType(Identifier.IP)
                ? allowedNetworks
                        .map(networks -> networks.stream().anyMatch(network -> network.contains(identifier.ip())))
                        .orElse(true)
                : allowedSuffixes
                        .map(suffixes ->
                                Policy.isBelow(suffixes, identifier.name().base()))
                        .orElse(true);
    }

    boolean allowsHost(String host) {
        return hosts.map(allowed -> allowed.contains(host)).orElse(true);
    }

    boolean allowsIssuer(String issuer) {
        return issuers.map(allowed -> allowed.contains(issuer)).orElse(true);
    }

    boolean allows(KeyType keyType) {
        return keyTypes.map(allowed -> allowed.contains(keyType)).orElse(true);
    }
}
