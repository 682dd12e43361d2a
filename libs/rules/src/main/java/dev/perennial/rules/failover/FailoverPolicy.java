package dev.perennial.rules.failover;

import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;

/**
 * The configured limits of a failover.
 *
 * @param after time for which every request must have failed before orders go to a fallback
 * @param probes intervals between the orders that test whether the CA is available again
 */
public record FailoverPolicy(Duration after, RetrySchedule probes) {}
