package dev.perennial.rules.access;

import java.util.EnumSet;
import java.util.Set;

/**
 * Members of an owner: a principal of an identity provider whose token has the value in the claim has the role for the owner.
 *
 * @param provider the name of the identity provider
 * @param claim a path of names, as in {@link ClaimRule}
 * @param value a literal value, or a pattern in which {@code *} stands for any characters
 */
public record OwnerClaim(String provider, String claim, String value, Role role) {
    /** The roles that members can have. The others are for people who operate the installation. */
    public static final Set<Role> ROLES = Set.copyOf(EnumSet.of(Role.VIEWER, Role.REQUESTER, Role.APPROVER));

    /** @throws IllegalArgumentException if it could grant a role to everyone by mistake, or a role of an operator */
    public OwnerClaim {
        if (!ROLES.contains(role)) {
            throw new IllegalArgumentException("the role of a member is one of " + ROLES);
        }
        if (claim.isBlank()) {
            throw new IllegalArgumentException("a member requires a claim");
        }
        if (value.chars().allMatch(character -> character == '*')) {
            throw new IllegalArgumentException("a value of wildcards only has everyone as a member");
        }
    }
}
