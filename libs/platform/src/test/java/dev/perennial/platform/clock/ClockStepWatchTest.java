package dev.perennial.platform.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClockStepWatchTest {
    private final AtomicInteger ends = new AtomicInteger();
    private Duration wall = Duration.ofDays(20_000);
    private Duration elapsed = Duration.ofDays(3);
    private final ClockStepWatch watch =
            new ClockStepWatch(() -> wall.toMillis(), () -> elapsed.toNanos(), ends::incrementAndGet);

    @Test
    void endsTheProcessIfTheClockIsSetBack() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofSeconds(1), Duration.ofHours(2));
        assertThat(ends).hasValue(0);

        after(Duration.ofSeconds(1), Duration.ofHours(-2));

        assertThat(ends).hasValue(1);
    }

    @Test
    void continuesAfterAStepOfAMinute() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofSeconds(1), ClockStepWatch.TOLERANCE.negated());
        after(Duration.ofSeconds(1), ClockStepWatch.TOLERANCE.negated());

        assertThat(ends).hasValue(0);
    }

    @Test
    void continuesAfterAPauseOfTheProcess() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofHours(2), Duration.ZERO);

        assertThat(ends).hasValue(0);
    }

    /** @param step of the wall clock beside the time that passes */
    private void after(Duration time, Duration step) {
        elapsed = elapsed.plus(time);
        wall = wall.plus(time).plus(step);
        watch.check();
    }
}
