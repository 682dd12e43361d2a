package dev.perennial.signatures;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A time of day and a monotonic clock that move only when a test moves them. */
final class TestTime extends Clock {
    static final Instant START = Instant.parse("2026-12-01T12:00:00Z");

    private Instant now = START;
    private Duration ahead = Duration.ZERO;

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** The time of day is wrong by this time. */
    void ahead(Duration by) {
        ahead = by;
    }

    /** The machine is suspended, and its monotonic clock stands still. */
    void suspend(Duration time) {
        ahead = ahead.plus(time);
    }

    long nanos() {
        return Duration.between(START, now).toNanos();
    }

    @Override
    public Instant instant() {
        return now.plus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
