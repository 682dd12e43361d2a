package dev.perennial.orders.requests;

import io.smallrye.config.ConfigMapping;

/** Defaults for requests. */
@ConfigMapping(prefix = "perennial")
public interface DefaultsConfig {
    /** The name of an issuer, which may be made later; until then requests that name none are refused. */
    String defaultIssuer();
}
