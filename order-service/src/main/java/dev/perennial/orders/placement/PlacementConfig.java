package dev.perennial.orders.placement;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Placing of due orders at their CAs. */
@ConfigMapping(prefix = "perennial.placement")
public interface PlacementConfig {
    /** Interval of polls for due orders; a commit in the same process wakes the worker at once. */
    @WithDefault("250ms")
    Duration pollInterval();

    /** Orders that one replica places at the same time. */
    @WithDefault("64")
    int maxConcurrent();

    /** Time after which another replica may take a leased order; longer than the time limit of a request to a CA. */
    @WithDefault("60s")
    Duration leaseTimeout();

    /** Interval of the search for overdue orders. */
    @WithDefault("1s")
    Duration supervisionInterval();
}
