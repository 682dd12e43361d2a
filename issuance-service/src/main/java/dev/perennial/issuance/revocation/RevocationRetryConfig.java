package dev.perennial.issuance.revocation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How patient a revocation is. */
@ConfigMapping(prefix = "perennial.revocation-retry")
interface RevocationRetryConfig {
    /** First pause where the CA or Vault is away. */
    @WithDefault("1s")
    Duration initialRetryInterval();

    /** Longest pause between two tries. */
    @WithDefault("30s")
    Duration maxRetryInterval();

    /** How long it waits for what is away before the order-service is told. Below the limit on unprocessed records. */
    @WithDefault("5m")
    Duration retryTimeout();

    /** When the next attempt is suggested for, where what was away named no time. */
    @WithDefault("5m")
    Duration nextAttemptInterval();
}
