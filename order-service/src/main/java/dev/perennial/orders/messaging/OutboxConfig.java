package dev.perennial.orders.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the relay works. */
@ConfigMapping(prefix = "perennial.outbox")
public interface OutboxConfig {
    /** The poll interval without a wake-up. */
    @WithDefault("200ms")
    Duration poll();

    /** How many facts it takes at once. */
    @WithDefault("500")
    int batch();

    /** How long a key whose fact was not accepted has to wait; the others go on. */
    @WithDefault("2s")
    Duration pause();

    /** How long published facts stay, for questions. */
    @WithDefault("1d")
    Duration keep();

    /** How long ids of processed events are kept; longer than the retention of every topic. */
    @WithDefault("30d")
    Duration remember();
}
