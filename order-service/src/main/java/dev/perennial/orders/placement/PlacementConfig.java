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

    /** Orders that one replica places at the same time; at most half of them at one issuer. */
    @WithDefault("64")
    int maxConcurrent();

    /**
     * Orders of all issuers that the validation-service and the issuance-service process at the same time. An issuer
     * gets another one while its own are fewer than the free places, so that one that does not answer takes at most half. Must be
     * less than {@code perennial.validation.max-concurrency} and {@code perennial.issuance.max-concurrency}, each times
     * the replicas of that service.
     */
    @WithDefault("1000")
    int maxInProgress();

    /** Time after which another replica may take a leased order; longer than the time limit of a request to a CA. */
    @WithDefault("60s")
    Duration leaseTimeout();

    /** Interval of the search for overdue orders. */
    @WithDefault("1s")
    Duration supervisionInterval();
}
