package dev.perennial.orders.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.ServiceFixture;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseClockCheckIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final Lines log = new Lines();

    @BeforeEach
    void listen() {
        Logger.getLogger(DatabaseClockCheck.class.getName()).addHandler(log);
    }

    @AfterEach
    void stop() {
        Logger.getLogger(DatabaseClockCheck.class.getName()).removeHandler(log);
    }

    /** As if the clock of the database were behind. */
    @Test
    void raisesAnAlarmIfTheClocksDiffer() {
        measure(Duration.ofHours(2));

        assertThat(difference()).isCloseTo(7200, Offset.offset(30.0));
        assertThat(log.lines).singleElement().satisfies(line -> assertThat(line)
                .startsWith("ALARM: the clock of this replica is ")
                .contains(" s ahead of the clock of the database", "docs/operating/database.md#clocks"));
    }

    @Test
    void acceptsADifferenceOfSeconds() {
        measure(Duration.ofSeconds(-20));

        assertThat(difference()).isCloseTo(-20, Offset.offset(30.0));
        assertThat(log.lines).isEmpty();
    }

    private void measure(Duration ahead) {
        new DatabaseClockCheck(parts.database, Clock.offset(parts.clock, ahead), parts.meters).round();
    }

    private double difference() {
        return parts.meters.get("perennial_clock_difference_seconds").gauge().value();
    }

    private static final class Lines extends Handler {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void publish(LogRecord logged) {
            lines.add(logged.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
