package dev.perennial.orders.issuer.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** When orders go to another issuer than the one they ask for. */
@ConfigMapping(prefix = "perennial.failover")
public interface FailoverConfig {
    /** How long an issuer must have failed every order before the next ones go to its fallbacks. */
    @WithDefault("2m")
    Duration after();

    /** While it is down: pauses between the single orders that see whether it is back; the last repeats. */
    @WithDefault("1m,2m,5m")
    List<Duration> probePauses();
}
