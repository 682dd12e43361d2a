package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextPollTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    private final NextPoll next = new NextPoll(Duration.ofDays(1));

    /** RFC 9773 section 4.3.2. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"PT0S, PT1M", "PT59S, PT1M", "PT6H, PT6H", "PT24H, PT24H", "P30D, PT24H", "-, PT6H"})
    void followsRetryAfterWithinBounds(Duration retryAfter, Duration pause) {
        assertThat(next.afterAnAnswer(Optional.ofNullable(retryAfter), NOW)).isEqualTo(NOW.plus(pause));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "1, -, PT1M",
                "2, -, PT10M",
                "3, -, PT30M",
                "4, -, PT2H",
                "5, -, PT6H",
                "99, -, PT6H",
                "1, PT3H, PT3H",
                "3, PT1M, PT30M",
                "1, PT99H, PT24H",
            })
    void followsTheRetryScheduleWhileTheCaIsUnavailable(int failures, Duration named, Duration pause) {
        assertThat(next.afterFailures(failures, Optional.ofNullable(named).map(NOW::plus), NOW))
                .isEqualTo(NOW.plus(pause));
    }

    @Test
    void pollsNoLaterThanConfigured() {
        NextPoll often = new NextPoll(Duration.ofSeconds(5));

        assertThat(often.afterAnAnswer(Optional.of(Duration.ofHours(6)), NOW)).isEqualTo(NOW.plusSeconds(5));
        assertThat(often.whereNotOffered(NOW)).isEqualTo(NOW.plusSeconds(5));
    }
}
