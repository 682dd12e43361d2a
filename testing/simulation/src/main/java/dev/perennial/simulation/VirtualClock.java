package dev.perennial.simulation;

import java.time.Duration;
import java.time.Instant;

/** The virtual clock counts seconds from its beginning, a Monday; rules want moments. */
final class VirtualClock {
    static final Instant BEGINNING = Instant.parse("2027-01-04T00:00:00Z");

    private VirtualClock() {}

    static Instant at(int seconds) {
        return BEGINNING.plusSeconds(seconds);
    }

    /** The first full second that is not before it. */
    static int seconds(Instant moment) {
        Duration since = Duration.between(BEGINNING, moment);
        return (int) (since.getNano() == 0 ? since.getSeconds() : since.getSeconds() + 1);
    }
}
