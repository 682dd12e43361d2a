package dev.perennial.orders.placement;

import java.time.Duration;

/** The defaults, with a limit of concurrent orders. */
record PlacerSetup(int maxConcurrent) implements PlacementConfig {
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
