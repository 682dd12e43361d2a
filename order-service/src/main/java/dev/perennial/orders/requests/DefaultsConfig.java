package dev.perennial.orders.requests;

import io.smallrye.config.ConfigMapping;

/** Defaults for requests. */
@ConfigMapping(prefix = "perennial.requests")
public interface DefaultsConfig {
    /** Issuer of requests that name none. It may be created later; until then such requests are refused. */
    String defaultIssuer();
}
