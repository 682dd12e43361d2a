package dev.perennial.orders.renewal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** Renewal. */
@ConfigMapping(prefix = "perennial.renewal")
public interface RenewalConfig {
    /** The interval between searches for certificates that are due. */
    @WithDefault("2s")
    Duration pollInterval();

    /** The maximum number of certificates in one search. */
    @WithDefault("50")
    int maxBatch();

    /** Renewals that may wait to be placed; other due certificates follow in the order of their expiry. */
    @WithDefault("300")
    int maxReady();

    /** The longest interval between two requests to a CA for one certificate, even if the CA demands a longer one. */
    @WithDefault("1d")
    Duration maxPollInterval();

    /** The maximum number of concurrent requests for renewal information. */
    @WithDefault("16")
    int maxConcurrentPolls();

    /** Change window of certificates without the label {@code change-window}; without it they are renewed at any time. */
    Optional<String> defaultChangeWindow();
}
