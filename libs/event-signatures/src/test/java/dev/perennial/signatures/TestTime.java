package dev.perennial.signatures;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that moves only when a test moves it. */
final class TestTime extends Clock {
    static final Instant START = Instant.parse("2026-12-01T12:00:00Z");

    private Instant now = START;

    void pass(Duration time) {
        now = now.plus(time);
    }

    long nanos() {
        return Duration.between(START, now).toNanos();
    }

    @Override
    public Instant instant() {
        return now;
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
