package dev.perennial.issuance.issuing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How patient the issuance is. */
@ConfigMapping(prefix = "perennial.issuance")
interface IssuanceConfig {
    /** How many orders are worked on at once; each waits on a virtual thread. */
    @WithDefault("256")
    int maxConcurrency();

    /** How long after finalize the order is first looked at. */
    @WithDefault("50ms")
    Duration firstPollInterval();

    /** How long the CA may take to issue before the wait counts as a failure that is worth another try. */
    @WithDefault("2m")
    Duration issueTimeout();

    /** First pause where the CA or Vault is away. */
    @WithDefault("1s")
    Duration initialRetryInterval();

    /** Longest pause between two tries. */
    @WithDefault("30s")
    Duration maxRetryInterval();

    /** How long one order waits for what is away before the order-service is told. Below the limit on unprocessed records. */
    @WithDefault("10m")
    Duration retryTimeout();

    /** When the next attempt is suggested for, where what was away named no time. */
    @WithDefault("5m")
    Duration nextAttemptInterval();
}
