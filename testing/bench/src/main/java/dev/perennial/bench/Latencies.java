package dev.perennial.bench;

import java.time.Duration;
import java.util.Collection;
import org.HdrHistogram.Histogram;

/** Measured durations; percentiles by nearest rank, with three significant digits. */
final class Latencies {
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Histogram nanos = new Histogram(SIGNIFICANT_DIGITS);

    private Latencies() {}

    static Latencies of(Collection<Duration> times) {
        Latencies latencies = new Latencies();
        times.forEach(time -> latencies.nanos.recordValue(time.toNanos()));
        return latencies;
    }

    /** Zero without measurements. */
    Duration percentile(int percent) {
        return Duration.ofNanos(nanos.getValueAtPercentile(percent));
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
