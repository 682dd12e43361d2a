package dev.perennial.api;

import dev.perennial.events.KeyType;
import java.util.List;
import java.util.Optional;

/**
 * The restrictions of one owner. An absent field restricts nothing.
 *
 * @param contacts e-mail addresses of the people who are responsible
 * @param allowedSuffixes domains whose names, and names below them, may be requested
 * @param allowedNetworks networks whose addresses may be requested; an empty list allows no address
 * @param hosts hosts to which certificates may be deployed; an empty list allows none
 * @param issuers issuers at which orders may be placed
 * @param keyTypes key types that may be requested, in order of preference
 * @param wildcards absent: true
 * @param requiredLabels keys of labels that each request must have
 * @param maxOrdersPerDay orders that requests may create in 24 hours
 * @param approvals requests that wait for an approval
 * @param claims the members of the owner by claims of their tokens, in addition to the grants of the configuration
 */
public record OwnerPolicyDetail(
        Optional<List<String>> contacts,
        Optional<List<String>> allowedSuffixes,
        Optional<List<String>> allowedNetworks,
        Optional<List<String>> hosts,
        Optional<List<String>> issuers,
        Optional<List<KeyType>> keyTypes,
        Optional<Boolean> wildcards,
        Optional<List<String>> requiredLabels,
        Optional<Integer> maxOrdersPerDay,
        Optional<OwnerApprovalsDetail> approvals,
        Optional<List<OwnerClaimDetail>> claims) {
    public OwnerPolicyDetail {
        contacts = Absent.asEmpty(contacts);
        claims = Absent.asEmpty(claims);
        allowedSuffixes = Absent.asEmpty(allowedSuffixes);
        allowedNetworks = Absent.asEmpty(allowedNetworks);
        hosts = Absent.asEmpty(hosts);
        issuers = Absent.asEmpty(issuers);
        keyTypes = Absent.asEmpty(keyTypes);
        wildcards = Absent.asEmpty(wildcards);
        requiredLabels = Absent.asEmpty(requiredLabels);
        maxOrdersPerDay = Absent.asEmpty(maxOrdersPerDay);
        approvals = Absent.asEmpty(approvals);
    }
}
