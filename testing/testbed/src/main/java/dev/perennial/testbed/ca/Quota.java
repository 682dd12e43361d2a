package dev.perennial.testbed.ca;

import java.time.Duration;

/** So many at once, and as many again, evenly, within each window. */
public record Quota(int capacity, Duration window) {
    public Quota {
        if (capacity < 1 || !window.isPositive()) {
            throw new IllegalArgumentException(capacity + " in " + window + " allows nothing");
        }
    }
}
