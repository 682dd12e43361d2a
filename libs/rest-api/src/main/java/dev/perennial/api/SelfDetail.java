package dev.perennial.api;

import java.util.List;

/**
 * The principal of the request and its grants.
 *
 * @param principal for example {@code token:ci-shop}
 */
public record SelfDetail(String principal, List<GrantDetail> grants) {
    public SelfDetail {
        grants = List.copyOf(grants);
    }
}
