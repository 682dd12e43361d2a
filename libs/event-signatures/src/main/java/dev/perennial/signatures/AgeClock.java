package dev.perennial.signatures;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * Measures the age of what was read. While a machine is suspended, its monotonic clock may stand still, so the time of day
 * counts if it has advanced more. A time of day that is set forward makes a read too old, which costs another read; one
 * that is set back has no effect.
 */
final class AgeClock {
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    AgeClock(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    record Moment(long nanos, Instant timeOfDay) {}

    Moment now() {
        return new Moment(nanoTime.getAsLong(), clock.instant());
    }

    Duration since(Moment moment) {
        Duration monotonic = Duration.ofNanos(nanoTime.getAsLong() - moment.nanos());
        Duration timeOfDay = Duration.between(moment.timeOfDay(), clock.instant());
        return monotonic.compareTo(timeOfDay) >= 0 ? monotonic : timeOfDay;
    }
}
