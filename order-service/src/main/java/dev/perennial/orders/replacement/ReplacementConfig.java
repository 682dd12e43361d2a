package dev.perennial.orders.replacement;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How many certificates are replaced together. */
@ConfigMapping(prefix = "perennial.replacement")
public interface ReplacementConfig {
    /** Orders of one run that are under way at once, where its plan says nothing else. */
    @WithDefault("10")
    int atOnce();

    /** Certificates in one plan; more are to be planned in parts. */
    @WithDefault("250000")
    int most();

    /** How long after it was made a plan may be approved. */
    @WithDefault("1h")
    Duration planExpiry();

    /** Outcomes that are looked at to see whether a run goes wrong. */
    @WithDefault("20")
    int brakeLast();

    /** Percent of them that, where they went wrong, stop the run; counted of all, also before there are that many. */
    @WithDefault("25")
    int brakeShare();

    /** How often runs are looked at. */
    @WithDefault("500ms")
    Duration poll();
}
