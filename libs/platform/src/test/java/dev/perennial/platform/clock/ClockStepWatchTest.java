package dev.perennial.platform.clock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ClockStepWatchTest {
    private final AtomicInteger ends = new AtomicInteger();
    private Duration wall = Duration.ofDays(20_000);
    private final ClockStepWatch watch = new ClockStepWatch(() -> wall.toMillis(), ends::incrementAndGet);

    @Test
    void endsTheProcessIfTheClockIsSetBack() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofSeconds(1), Duration.ofHours(2));
        assertThat(ends).hasValue(0);

        after(Duration.ofSeconds(1), Duration.ofHours(-2));

        assertThat(ends).hasValue(1);
    }

    /** As long as the clock is behind its latest time, the Kafka clients stand still. */
    @Test
    void endsTheProcessAfterSeveralSmallSteps() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofSeconds(1), Duration.ofSeconds(-40));
        assertThat(ends).hasValue(0);

        after(Duration.ofSeconds(1), Duration.ofSeconds(-40));

        assertThat(ends).hasValue(1);
    }

    @Test
    void continuesAfterStepsOfAMinuteThatAreMadeUpFor() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofSeconds(1), ClockStepWatch.TOLERANCE.negated());
        after(Duration.ofMinutes(2), Duration.ZERO);
        after(Duration.ofSeconds(1), ClockStepWatch.TOLERANCE.negated());

        assertThat(ends).hasValue(0);
    }

    @Test
    void continuesAfterAPauseOfTheProcess() {
        after(Duration.ofSeconds(1), Duration.ZERO);
        after(Duration.ofHours(2), Duration.ofMinutes(-90));

        assertThat(ends).hasValue(0);
    }

    /** @param step of the clock beside the time that passes */
    private void after(Duration time, Duration step) {
        wall = wall.plus(time).plus(step);
        watch.check();
    }
}
