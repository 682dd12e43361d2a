package dev.perennial.simulation;

import java.time.Duration;
import java.time.Instant;

/** Converts between the seconds of the virtual clock and instants. The clock starts on a Monday. */
final class VirtualClock {
    static final Instant START = Instant.parse("2027-01-04T00:00:00Z");

    private VirtualClock() {}

    static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    /** The instant rounded up to a full second. */
    static int seconds(Instant instant) {
        Duration elapsed = Duration.between(START, instant);
        return (int) (elapsed.getNano() == 0 ? elapsed.getSeconds() : elapsed.getSeconds() + 1);
    }
}
