package dev.perennial.testbed.ca;

import java.time.Duration;

/** A token bucket: its capacity, and the time in which it is refilled evenly. */
public record Quota(int capacity, Duration window) {
    public Quota {
        if (capacity < 1 || !window.isPositive()) {
            throw new IllegalArgumentException(
                    capacity + " in " + window + " is not a quota: capacity and window must be positive");
        }
    }
}
