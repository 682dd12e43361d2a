package dev.perennial.orders.issuer.limits;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a name that keeps failing is left alone. */
@ConfigMapping(prefix = "perennial.quarantine")
public interface QuarantineConfig {
    /** Failed proofs of control in a row. */
    @WithDefault("5")
    int after();

    /** How long after the last failure no order is placed; then one order is, and the others wait for its result. */
    @WithDefault("1d")
    Duration hold();
}
