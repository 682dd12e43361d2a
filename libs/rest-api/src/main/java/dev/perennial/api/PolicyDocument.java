package dev.perennial.api;

import java.util.Map;

/**
 * The policy of the owners.
 *
 * @param otherOwners absent: ALLOWED
 * @param owners the restrictions of each owner, in addition to the policy of the installation
 */
public record PolicyDocument(OtherOwners otherOwners, Map<String, OwnerPolicyDetail> owners) {
    public PolicyDocument {
        otherOwners = otherOwners == null ? OtherOwners.ALLOWED : otherOwners;
        owners = owners == null ? Map.of() : Map.copyOf(owners);
    }
}
