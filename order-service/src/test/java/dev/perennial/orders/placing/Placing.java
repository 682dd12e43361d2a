package dev.perennial.orders.placing;

import java.time.Duration;

/** The defaults, with room for so many orders at once. */
record Placing(int inFlight) implements PlacingConfig {
    @Override
    public Duration poll() {
        return Duration.ofMillis(250);
    }

    @Override
    public Duration lease() {
        return Duration.ofSeconds(60);
    }

    @Override
    public Duration supervise() {
        return Duration.ofSeconds(1);
    }
}
