package dev.perennial.testbed.chaos;

import java.time.Duration;
import java.util.Locale;

/**
 * A fault at a time.
 *
 * @param at since the start of the run
 * @param duration without the time of a restart
 */
record PlannedFault(Duration at, FaultTarget target, InjectedFault fault, Duration duration) {
    Duration end() {
        return at.plus(duration);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%6.1f s  %s %s for %.1f s",
                at.toMillis() / 1e3,
                target,
                fault,
                duration.toMillis() / 1e3);
    }
}
