package dev.perennial.issuance.issuing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Concurrency, timeouts and retries of issuance. */
@ConfigMapping(prefix = "perennial.issuance")
interface IssuanceConfig {
    /**
     * Orders that one replica processes at the same time; each waits on a virtual thread. This number times the replicas
     * must exceed {@code perennial.placement.max-in-progress} of the order-service.
     */
    @WithDefault("1500")
    int maxConcurrency();

    /** Delay between finalize and the first poll of the order. */
    @WithDefault("50ms")
    Duration firstPollInterval();

    /** Maximum time for the CA to issue after finalize; then the attempt fails and is retried. */
    @WithDefault("2m")
    Duration issueTimeout();

    /** Interval before the first retry if the CA or Vault is unavailable. */
    @WithDefault("1s")
    Duration initialRetryInterval();

    /** Upper bound of the interval between retries. */
    @WithDefault("30s")
    Duration maxRetryInterval();

    /**
     * Time during which an order is retried while the CA or Vault is unavailable; then its failure is published. Must
     * be shorter than {@code perennial.supervision.step-timeout} of the order-service.
     */
    @WithDefault("5m")
    Duration retryTimeout();

    /** Interval until the next attempt that a failure suggests, if the CA or Vault named no time. */
    @WithDefault("5m")
    Duration nextAttemptInterval();
}
