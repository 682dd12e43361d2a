package dev.perennial.orders.messaging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The relay that publishes the outbox to Kafka, and the inbox. */
@ConfigMapping(prefix = "perennial.outbox")
public interface OutboxConfig {
    /** The poll interval without a wake-up. */
    @WithDefault("200ms")
    Duration pollInterval();

    /** Records per poll. */
    @WithDefault("500")
    int maxBatch();

    /** Bytes of data per poll, exceeded by at most one record. */
    @WithDefault("4194304")
    int maxBatchBytes();

    /**
     * Time after which another replica publishes the outbox if the active one is lost. A record that is sent but not
     * yet acknowledged when the lease ends is published again by the next holder.
     */
    @WithDefault("5s")
    Duration leaseTimeout();

    /** Interval between attempts for a key whose record the broker did not accept; other keys continue. */
    @WithDefault("2s")
    Duration retryInterval();

    /** Time for which published records stay in the table. */
    @WithDefault("1d")
    Duration publishedRetention();

    /** How long ids of processed events are kept; longer than the retention of every topic. */
    @WithDefault("30d")
    Duration inboxRetention();
}
