package dev.perennial.testbed.chaos;

import java.time.Duration;

/** How long a part is unavailable. */
enum OutageLength {
    SHORT(Duration.ofSeconds(60), Duration.ofSeconds(3), Duration.ofMillis(6_500)),
    /** Longer than every retry limit of a service, with the limits that such a run configures. */
    LONG(Duration.ofSeconds(150), Duration.ofSeconds(20), Duration.ofSeconds(25));

    private final Duration round;
    private final Duration least;
    private final Duration most;

    OutageLength(Duration round, Duration least, Duration most) {
        this.round = round;
        this.least = least;
        this.most = most;
    }

    /** Duration of a round, in which each part has one outage. */
    Duration round() {
        return round;
    }

    Duration least() {
        return least;
    }

    Duration most() {
        return most;
    }
}
