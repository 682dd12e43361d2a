package dev.perennial.orders.requests;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Names and addresses that requests may use. */
@ConfigMapping(prefix = "perennial.policy")
public interface PolicyConfig {
    /** Domains whose names, and names below them, may be requested, for example {@code example.com}. */
    List<String> allowedSuffixes();

    /** Of these, domains for which the validation-service can do dns-01; wildcards of others are refused. Default: none. */
    Optional<List<String>> wildcardSuffixes();

    /** Networks whose addresses may be certified, for example {@code 192.0.2.0/24}. Default: none. */
    Optional<List<String>> allowedNetworks();
}
