package dev.perennial.orders.order;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;

/** How long the supervisor waits for reports, and how long orders wait between attempts. */
@ConfigMapping(prefix = "perennial.supervision")
public interface SupervisionConfig {
    /**
     * How long validation or issuance may take before the same ACME order is resumed. It exceeds the time for which the
     * services themselves retry ({@code perennial.validation.retry-timeout} and {@code
     * perennial.issuance.retry-timeout}, each with the time that the CA may take), so that two deliveries do not
     * process one order concurrently.
     */
    @WithDefault("15m")
    Duration stepTimeout();

    /** Intervals before a new ACME order after a failed one, the last one repeats. */
    @WithDefault("1m,10m,100m,1d")
    List<Duration> attemptRetryIntervals();

    /** The same after a failed validation. */
    @WithDefault("10s,1m,10m,100m,1d")
    List<Duration> proofRetryIntervals();

    /** Intervals before the reminders to hosts that do not serve a certificate. */
    @WithDefault("10m,1h,6h,1d")
    List<Duration> reminderIntervals();

    /** Intervals before the next request to a CA that was unavailable. */
    @WithDefault("1s,2s,5s,10s,20s,30s,1m,2m,5m")
    List<Duration> placementRetryIntervals();
}
