package dev.perennial.rules.requests;

import dev.perennial.rules.access.Membership;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The policies of the owners.
 *
 * @param others whether an owner without a policy may request; only the policy of the installation applies to it
 */
public record OwnerPolicies(Map<String, OwnerPolicy> owners, Others others) {
    /** No owner is restricted. */
    public static final OwnerPolicies NONE = new OwnerPolicies(Map.of(), Others.ALLOWED);

    /** The policy cannot be read, and may contain any restriction: no owner may request. */
    public static final OwnerPolicies UNREADABLE = new OwnerPolicies(Map.of(), Others.UNREADABLE);

    /** The owners without a policy. */
    public enum Others {
        ALLOWED,
        DENIED,
        /** Never in a document. */
        UNREADABLE
    }

    public OwnerPolicies {
        owners = Map.copyOf(owners);
    }

    /** @return the owner's policy; {@code others} decides about one without it: empty if it may not request */
    public Optional<OwnerPolicy> of(String owner) {
        OwnerPolicy otherwise =
                switch (others) {
                    case ALLOWED -> OwnerPolicy.UNRESTRICTED;
                    case DENIED, UNREADABLE -> null;
                };
        return Optional.ofNullable(owners.getOrDefault(owner, otherwise));
    }

    /** The approvals that requests of the owner need; none for an owner that may not request at all. */
    public OwnerApprovals approvals(String owner) {
        return of(owner)
                .map(OwnerPolicy::approvals)
                .orElse(others == Others.UNREADABLE ? OwnerApprovals.UNREADABLE : OwnerApprovals.NONE);
    }

    /** Whether orders of the owner may be placed at an issuer other than the one of an existing certificate. */
    public boolean mayUse(String owner, String issuer) {
        return of(owner).filter(policy -> policy.allowsIssuer(issuer)).isPresent();
    }

    /** The rule by which {@link #mayUse} refuses. */
    public String issuerRule(String owner) {
        return owners.containsKey(owner) ? OwnerRules.rule(owner, "issuers") : OwnerRules.OTHER_OWNERS;
    }

    /** The memberships that tokens of an identity provider can have, by the name of the provider. */
    public Map<String, List<Membership>> memberships() {
        return owners.entrySet().stream()
                .flatMap(
                        owner -> owner.getValue().claims().stream().map(claim -> new Membership(owner.getKey(), claim)))
                .collect(Collectors.groupingBy(it -> it.claim().provider(), Collectors.toUnmodifiableList()));
    }

    /** Whether a membership still exists. */
    public boolean contains(Membership membership) {
        return Optional.ofNullable(owners.get(membership.owner()))
                .filter(policy -> policy.claims().contains(membership.claim()))
                .isPresent();
    }

    /** The people who are responsible for the certificates of the owner; empty if the policy does not name them. */
    public List<String> contacts(String owner) {
        return Optional.ofNullable(owners.get(owner)).map(OwnerPolicy::contacts).orElse(List.of());
    }
}
