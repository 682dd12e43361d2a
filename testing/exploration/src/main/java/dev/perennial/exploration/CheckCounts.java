package dev.perennial.exploration;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How often each invariant was checked. */
final class CheckCounts {
    private final Map<ExplorationInvariant, Long> counts = new EnumMap<>(ExplorationInvariant.class);

    void count(ExplorationInvariant invariant) {
        count(invariant, 1);
    }

    void count(ExplorationInvariant invariant, long times) {
        counts.merge(invariant, times, Long::sum);
    }

    Map<ExplorationInvariant, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
