package dev.perennial.orders.issuer.health;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** When orders go to a fallback of the issuer that they name. */
@ConfigMapping(prefix = "perennial.failover")
public interface FailoverConfig {
    /** Time for which an issuer must have failed every order before new orders go to its fallbacks. */
    @WithDefault("2m")
    Duration failureTimeout();

    /**
     * Intervals between the single orders that test whether a failed issuer is available again; the last value repeats.
     */
    @WithDefault("1m,2m,5m")
    List<Duration> probeIntervals();

    /**
     * Time after which a first certificate is requested from another CA although the CA that accepted its order may
     * have issued one. A renewal waits until the served certificate is about to expire.
     */
    @WithDefault("4h")
    Duration firstCertificateTimeout();
}
