package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudEventTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest
    @CsvSource({
        // event time, next attempt, expected
        "2026-11-21T10:00:00Z, 2026-11-21T10:00:30Z, 2026-11-21T10:00:30Z",
        "2026-11-21T09:00:00Z, 2026-11-21T10:00:30Z, 2026-11-21T10:00:30Z",
        "2026-11-21T12:00:00Z, 2026-11-21T12:00:30Z, 2026-11-21T10:00:30Z",
        "2026-11-21T12:00:00Z, 2026-11-21T11:00:00Z, 2026-11-21T10:00:00Z",
        "+999999999-12-31T23:59:59Z, +999999999-12-31T23:59:59Z, 2026-11-21T10:00:00Z",
    })
    void correctsTheNextAttemptOfAWriterWhoseClockIsAhead(Instant time, Instant next, Instant expected) {
        Problem problem = Problem.of(ErrorCode.INTERNAL, "of this test").nextAttempt(next);

        assertThat(event(time).withReaderClock(problem, NOW).nextAttemptAt()).contains(expected);
    }

    @Test
    void keepsAProblemWithoutANextAttempt() {
        Problem problem = Problem.of(ErrorCode.INTERNAL, "of this test");

        assertThat(event(NOW.plusSeconds(60)).withReaderClock(problem, NOW)).isEqualTo(problem);
    }

    private static CloudEvent event(Instant time) {
        return new CloudEvent(
                "1",
                URI.create("/test"),
                time,
                "s",
                Optional.empty(),
                new RenewalRequested(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    }
}
