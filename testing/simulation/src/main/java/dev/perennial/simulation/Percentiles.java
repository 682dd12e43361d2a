package dev.perennial.simulation;

import org.HdrHistogram.Histogram;

/** Percentiles of seconds or of counts, by nearest rank; exact below 200,000. */
final class Percentiles {
    private static final int SIGNIFICANT_DIGITS = 5;

    private final Histogram values = new Histogram(SIGNIFICANT_DIGITS);

    static Percentiles of(int[] values) {
        Percentiles percentiles = new Percentiles();
        for (int value : values) {
            percentiles.add(value);
        }
        return percentiles;
    }

    /** @param value negative values count as zero */
    void add(int value) {
        values.recordValue(Math.max(0, value));
    }

    /** Zero if no value was added. */
    long at(double percent) {
        return values.getValueAtPercentile(percent);
    }
}
