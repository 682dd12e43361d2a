package dev.perennial.orders.policy;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.access.OwnerClaim;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.OwnerPolicy;
import dev.perennial.rules.requests.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Checks that a policy names only what the installation has and allows: another value would have no effect, and is probably
 * misspelt. The form of the document is checked before, by {@link PolicyReader}. Pure.
 */
final class PolicyReferenceCheck {
    private static final int MAX_PROBLEMS = 100;

    private final List<Problem> problems = new ArrayList<>();

    private PolicyReferenceCheck() {}

    /** The hosts that the policies name. */
    static Set<String> hosts(OwnerPolicies policies) {
        return policies.owners().values().stream()
                .flatMap(policy -> policy.hosts().stream())
                .flatMap(List::stream)
                .collect(Collectors.toSet());
    }

    /**
     * @param issuers the names of the existing issuers
     * @param hosts those of {@link #hosts} that are registered
     * @param providers the names of the configured identity providers
     */
    static List<Problem> check(
            OwnerPolicies policies,
            Policy installation,
            Set<String> issuers,
            Set<String> hosts,
            Set<String> providers) {
        PolicyReferenceCheck check = new PolicyReferenceCheck();
        new TreeMap<>(policies.owners())
                .forEach((owner, policy) -> check.checkOwner(owner, policy, installation, issuers, hosts, providers));
        return check.problems.stream().limit(MAX_PROBLEMS).toList();
    }

    private void checkOwner(
            String owner,
            OwnerPolicy policy,
            Policy installation,
            Set<String> issuers,
            Set<String> hosts,
            Set<String> providers) {
        String path = PolicyReader.OWNERS + "." + owner + ".";
        each(
                path + "allowedSuffixes",
                policy.allowedSuffixes(),
                installation::allows,
                "is not in a domain that perennial.policy.allowed-suffixes permits");
        each(
                path + "allowedNetworks",
                policy.allowedNetworks(),
                installation::allows,
                "is not in a network that perennial.policy.allowed-networks permits");
        each(path + "hosts", policy.hosts(), hosts::contains, "is not registered");
        each(path + "issuers", policy.issuers(), issuers::contains, "is not a configured issuer");
        each(
                path + "claims",
                Optional.of(policy.claims().stream().map(OwnerClaim::provider).toList()),
                providers::contains,
                "is not a configured identity provider");
    }

    private <T> void each(String path, Optional<List<T>> values, Predicate<T> valid, String otherwise) {
        List<T> listed = values.orElse(List.of());
        for (int i = 0; i < listed.size(); i++) {
            if (!valid.test(listed.get(i))) {
                problems.add(Problem.of(
                        ErrorCode.INVALID_FIELD,
                        "field '" + path + "[" + i + "]': '" + listed.get(i) + "' " + otherwise));
            }
        }
    }
}
