package dev.perennial.rules.replacement;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long items took, from their release to their proof.
 *
 * @param median half of them took no longer
 * @param p95 and of a hundred, ninety-five
 */
public record TimeToReplace(Duration median, Duration p95) {
    /** @return empty where there is none */
    public static Optional<TimeToReplace> of(List<Duration> taken) {
        List<Duration> sorted = taken.stream().sorted().toList();
        return sorted.isEmpty()
                ? Optional.empty()
                : Optional.of(new TimeToReplace(quantile(sorted, 50), quantile(sorted, 95)));
    }

    private static Duration quantile(List<Duration> sorted, int percent) {
        return sorted.get(Math.ceilDiv(sorted.size() * percent, 100) - 1);
    }
}
