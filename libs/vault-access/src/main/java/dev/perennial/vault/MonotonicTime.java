package dev.perennial.vault;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time since the creation of this object, as instants after the epoch. With the time of day, a clock that was
 * ahead and is corrected would extend every wait by the correction.
 */
final class MonotonicTime implements InstantSource {
    private final LongSupplier nanoTime;
    private final long start;

    MonotonicTime(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(nanoTime.getAsLong() - start);
    }
}
