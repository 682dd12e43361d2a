package dev.perennial.validation.orders;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The pace of a validation. */
@ConfigMapping(prefix = "perennial.validation")
public interface ValidationConfig {
    /** How many orders are in flight on one replica; each is a virtual thread. */
    @WithDefault("256")
    int maxConcurrency();

    /** How long an order waits out what is unavailable (the CA, Vault) before it is rejected for now. */
    @WithDefault("10m")
    Duration patience();

    /** When the next attempt is suggested for, where what was away named no time. */
    @WithDefault("1m")
    Duration nextAttempt();

    /** From our answer to the first look at the order. */
    @WithDefault("50ms")
    Duration firstLook();

    /** From our answer to the CA's verdict. */
    @WithDefault("2m")
    Duration verdictLimit();

    /** After which nobody answers a challenge any more whose order was forgotten. */
    @WithDefault("1h")
    Duration challengeLifetime();
}
