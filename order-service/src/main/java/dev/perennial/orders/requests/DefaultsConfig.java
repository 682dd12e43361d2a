package dev.perennial.orders.requests;

import io.smallrye.config.ConfigMapping;

/** What a request that says nothing gets. */
@ConfigMapping(prefix = "perennial")
public interface DefaultsConfig {
    /** One of the configured issuers. */
    String defaultIssuer();
}
