package dev.perennial.rules.failover;

import java.time.Duration;
import java.util.List;

/**
 * For a CA that fails.
 *
 * @param after how long it must have failed without doing its part once before orders go elsewhere
 * @param probePauses between the orders that see whether it is back; the last repeats
 */
public record FailoverPolicy(Duration after, List<Duration> probePauses) {
    /** @throws IllegalArgumentException where there is no pause */
    public FailoverPolicy {
        probePauses = List.copyOf(probePauses);
        if (probePauses.isEmpty()) {
            throw new IllegalArgumentException("perennial.failover.probe-pauses is empty");
        }
    }

    /** @param probes with the one that is being made */
    Duration pause(int probes) {
        return probePauses.get(Math.clamp(probes, 1, probePauses.size()) - 1);
    }
}
