package dev.perennial.api;

import java.util.List;

/**
 * A role for some resources; {@code *} stands for all.
 *
 * @param role {@code viewer}, {@code requester}, {@code approver}, {@code operator} or {@code admin}
 * @param owners required, so that a grant for all is never a mistake
 * @param names of certificates, or patterns with {@code *}; absent: all
 * @param issuers absent: all
 */
public record GrantDetail(String role, List<String> owners, List<String> names, List<String> issuers) {
    private static final List<String> ALL = List.of("*");

    public GrantDetail {
        owners = owners == null ? List.of() : List.copyOf(owners);
        names = names == null ? ALL : List.copyOf(names);
        issuers = issuers == null ? ALL : List.copyOf(issuers);
    }
}
