package dev.perennial.orders.replacement;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How many certificates are replaced together. */
@ConfigMapping(prefix = "perennial.replacement")
public interface ReplacementConfig {
    /** The maximum number of concurrent orders of a run, unless its plan specifies one. */
    @WithDefault("10")
    int atOnce();

    /** Certificates in one plan; more are to be planned in parts. */
    @WithDefault("250000")
    int most();

    /** How long after it was made a plan may be approved. */
    @WithDefault("1h")
    Duration planExpiry();

    /** The number of recent outcomes from which the failure rate of a run is computed. */
    @WithDefault("20")
    int brakeLast();

    /** Percent of them that, where they went wrong, stop the run; counted of all, also before there are that many. */
    @WithDefault("25")
    int brakeShare();

    /** The poll interval for runs. */
    @WithDefault("500ms")
    Duration poll();
}
