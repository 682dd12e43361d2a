package dev.perennial.orders.placement;

import java.time.Duration;

/** The defaults, with limits of concurrent orders. */
record PlacerSetup(int maxConcurrent, int maxInProgress) implements PlacementConfig {
    PlacerSetup(int maxConcurrent) {
        this(maxConcurrent, 1_000);
    }

    @Override
    public Duration pollInterval() {
        return Duration.ofMillis(250);
    }

    @Override
    public Duration leaseTimeout() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration supervisionInterval() {
        return Duration.ofSeconds(1);
    }
}
