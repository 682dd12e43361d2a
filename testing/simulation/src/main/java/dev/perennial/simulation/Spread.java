package dev.perennial.simulation;

import java.util.Arrays;

/** How often something took how many seconds: exact up to two days, and beyond that as two days. */
final class Spread {
    private static final int MOST = 2 * 86_400;

    private final int[] counts = new int[MOST + 1];
    private long all;

    void add(int seconds) {
        counts[Math.clamp(seconds, 0, MOST)]++;
        all++;
    }

    /** By nearest rank; 0 where there was nothing. */
    int percentile(double percent) {
        long rank = Math.max(1, (long) Math.ceil(all * percent / 100));
        long seen = 0;
        for (int seconds = 0; seconds <= MOST; seconds++) {
            seen += counts[seconds];
            if (seen >= rank) {
                return seconds;
            }
        }
        return 0;
    }

    /** The same of a few numbers. */
    static int percentile(int[] numbers, double percent) {
        int[] sorted = numbers.clone();
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(sorted.length * percent / 100) - 1)];
    }
}
