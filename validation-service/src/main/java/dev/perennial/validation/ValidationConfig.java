package dev.perennial.validation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Validation of orders. */
@ConfigMapping(prefix = "perennial.validation")
public interface ValidationConfig {
    /**
     * Orders that one replica processes at the same time; each waits on a virtual thread. This number times the replicas
     * must exceed {@code perennial.placement.max-in-progress} of the order-service.
     */
    @WithDefault("1500")
    int maxConcurrency();

    /**
     * Time during which an order is retried while the CA or Vault is unavailable; then it is rejected temporarily. Must
     * be shorter than {@code perennial.supervision.step-timeout} of the order-service.
     */
    @WithDefault("5m")
    Duration retryTimeout();

    /**
     * Time during which the removal of a challenge response is retried after the result was published. Then the
     * response remains until {@code challenge-retention} has passed, and a log line names it. Meanwhile the order counts
     * toward {@code max-concurrency}.
     */
    @WithDefault("5m")
    Duration withdrawalTimeout();

    /** Interval until the next attempt that a failure suggests, if it contains no time. */
    @WithDefault("1m")
    Duration nextAttemptInterval();

    /** Delay between the challenge response and the first poll of the order. */
    @WithDefault("50ms")
    Duration firstPollInterval();

    /** Time limit from the challenge response to the CA's decision. */
    @WithDefault("2m")
    Duration authorizationTimeout();

    /**
     * Time after which the replicas withdraw a response whose process crashed or could not withdraw it: the responders
     * drop it, and its TXT record is removed. The replica that uses a response extends the time after its half. The half
     * must exceed the longest pause of a replica and the longest outage of Kafka; otherwise a response in use can be
     * withdrawn, and the attempt fails.
     */
    @WithDefault("1h")
    Duration challengeRetention();
}
