package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Members of an owner: each principal of an identity provider whose token has the value in the claim.
 *
 * @param provider the name of the identity provider
 * @param claim the claim, or a path of names such as {@code realm_access/roles}
 * @param value the value; {@code *} stands for any text
 * @param role viewer, requester or approver
 */
public record OwnerClaimDetail(
        @JsonProperty(required = true) String provider,
        @JsonProperty(required = true) String claim,
        @JsonProperty(required = true) String value,
        @JsonProperty(required = true) String role) {}
