package dev.perennial.exploration;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** How often each invariant was checked. */
final class Checks {
    private final Map<Invariant, Long> counts = new EnumMap<>(Invariant.class);

    void count(Invariant invariant) {
        count(invariant, 1);
    }

    void count(Invariant invariant, long times) {
        counts.merge(invariant, times, Long::sum);
    }

    Map<Invariant, Long> counts() {
        return Collections.unmodifiableMap(counts);
    }
}
