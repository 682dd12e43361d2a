package dev.perennial.issuance.revocation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Retries of a revocation. */
@ConfigMapping(prefix = "perennial.revocation-retry")
interface RevocationRetryConfig {
    /** Interval before the first retry if the CA or Vault is unavailable. */
    @WithDefault("1s")
    Duration initialRetryInterval();

    /** Upper bound of the interval between retries. */
    @WithDefault("30s")
    Duration maxRetryInterval();

    /**
     * Time during which a revocation is retried while the CA or Vault is unavailable; then its failure is published.
     */
    @WithDefault("5m")
    Duration retryTimeout();

    /** Interval until the next attempt that a failure suggests, if the CA or Vault named no time. */
    @WithDefault("5m")
    Duration nextAttemptInterval();
}
