package dev.perennial.bench;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** Measured times, sorted; percentiles by nearest rank. */
record Latencies(List<Duration> sorted) {
    static Latencies of(Collection<Duration> times) {
        return new Latencies(times.stream().sorted().toList());
    }

    Duration percentile(int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(Math.max(0, rank - 1));
    }

    @Override
    public String toString() {
        return "p50 %d ms, p95 %d ms, p99 %d ms"
                .formatted(
                        percentile(50).toMillis(),
                        percentile(95).toMillis(),
                        percentile(99).toMillis());
    }
}
