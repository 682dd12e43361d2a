package dev.perennial.rules.access;

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
        return ClaimRule.hasValue(claims, claim.claim(), claim.value());
    }
}
