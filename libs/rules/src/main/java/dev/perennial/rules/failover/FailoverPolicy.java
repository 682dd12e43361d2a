package dev.perennial.rules.failover;

import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;

/**
 * How long a failing CA is tolerated.
 *
 * @param after how long every request must have failed before orders go to a fallback
 * @param probes between the orders that test whether the CA works again
 */
public record FailoverPolicy(Duration after, RetrySchedule probes) {}
