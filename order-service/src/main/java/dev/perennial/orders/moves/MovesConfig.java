package dev.perennial.orders.moves;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How patient the supervisor is. */
@ConfigMapping(prefix = "perennial.supervision")
public interface MovesConfig {
    /** How long validation or issuance may be silent before the same ACME order is sent out again. */
    @WithDefault("5m")
    Duration stepLimit();
}
