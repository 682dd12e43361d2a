package dev.perennial.orders.order;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How long the supervisor waits for reports, and how long orders wait between tries. */
@ConfigMapping(prefix = "perennial.supervision")
public interface SupervisionConfig {
    /** How long validation or issuance may take before the same ACME order is resumed. */
    @WithDefault("5m")
    Duration stepTimeout();

    /** Intervals before a new ACME order after a failed one, the last one repeats. Default: 1m, 10m, 100m, 1d. */
    Optional<List<Duration>> attemptRetryIntervals();

    /** The same after a failed proof of control. Default: 10s, 1m, 10m, 100m, 1d. */
    Optional<List<Duration>> proofRetryIntervals();

    /** Intervals before the reminders to hosts that do not serve a certificate. Default: 10m, 1h, 6h, 1d. */
    Optional<List<Duration>> reminderIntervals();

    /** Intervals before the next request to a CA that was unavailable. Default: from 1s to 5m. */
    Optional<List<Duration>> placementRetryIntervals();
}
