package dev.perennial.orders.scheduling;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The workers of this process. */
@ConfigMapping(prefix = "perennial.workers")
public interface WorkersConfig {
    /** A worker that needs longer for one round is reported by the liveness check, which names it. */
    @WithDefault("15m")
    Duration maxRound();
}
