package dev.perennial.testbed.chaos;

import java.time.Duration;
import java.util.Locale;

/**
 * One thing that goes wrong.
 *
 * @param at since the beginning of the run
 * @param lasts until it is mended; starting again takes its time on top of that
 */
record PlannedFault(Duration at, FaultTarget victim, InjectedFault blow, Duration lasts) {
    Duration end() {
        return at.plus(lasts);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%6.1f s  %s %s for %.1f s", at.toMillis() / 1e3, victim, blow, lasts.toMillis() / 1e3);
    }
}
