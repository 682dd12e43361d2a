package dev.perennial.rules.access;

import java.util.List;

/**
 * A role that the policy of an owner gives to its members. It lasts only as long as the policy contains the claim.
 *
 * @param owner the owner whose policy contains the claim
 */
public record Membership(String owner, OwnerClaim claim) {
    public Grant grant() {
        return Grant.forOwner(claim.role(), owner);
    }

    /** Whether a token, which has been verified, is one of a member. */
    public boolean isOf(ClaimRule.Claims claims) {
        return !ClaimRule.grants(List.of(claim.rule(owner)), claims).isEmpty();
    }
}
