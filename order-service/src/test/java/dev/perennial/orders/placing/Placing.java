package dev.perennial.orders.placing;

import java.time.Duration;

/** The defaults, with room for so many orders at once. */
record Placing(int maxConcurrent) implements PlacingConfig {
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
