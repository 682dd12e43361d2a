package dev.perennial.orders.placing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How orders are placed. */
@ConfigMapping(prefix = "perennial.placing")
public interface PlacingConfig {
    /** How long the worker waits for a wake-up before it looks by itself. */
    @WithDefault("250ms")
    Duration poll();

    /** Orders that are being placed at once. */
    @WithDefault("64")
    int inFlight();

    /** After which somebody else may place an order whose placer said nothing; longer than a request to a CA may take. */
    @WithDefault("60s")
    Duration lease();

    /** How often overdue orders are looked for. */
    @WithDefault("1s")
    Duration supervise();
}
