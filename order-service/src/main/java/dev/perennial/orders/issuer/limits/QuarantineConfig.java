package dev.perennial.orders.issuer.limits;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Quarantine of names that cannot be validated. */
@ConfigMapping(prefix = "perennial.quarantine")
public interface QuarantineConfig {
    /** Failed validations in a row after which a name enters quarantine. */
    @WithDefault("5")
    int maxFailures();

    /** How long after the last failure no order is placed; then one order is, and the others wait for its result. */
    @WithDefault("1d")
    Duration retention();
}
