package dev.perennial.vault;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** Measures waits: corrections of the system clock do not move it. */
final class MonotonicClock extends Clock {
    private final Instant start = Clock.systemUTC().instant();
    private final long startedAt = System.nanoTime();

    @Override
    public Instant instant() {
        return start.plusNanos(System.nanoTime() - startedAt);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("a wait has no time zone");
    }
}
