package dev.perennial.rules.replacement;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The durations of items, from their release to their proof.
 *
 * @param median half of the items took no longer
 * @param p95 95 % of the items took no longer
 */
public record TimeToReplace(Duration median, Duration p95) {
    /** @return empty if there are no items */
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
