package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @ParameterizedTest
    @CsvSource({
        // opens, for, from; first open
        "0 2 * * *,   PT2H,  2026-11-21T00:59:59Z, 2026-11-21T01:00:00Z",
        "0 2 * * *,   PT2H,  2026-11-21T01:00:00Z, 2026-11-21T01:00:00Z",
        "0 2 * * *,   PT2H,  2026-11-21T02:59:59Z, 2026-11-21T02:59:59Z",
        "0 2 * * *,   PT2H,  2026-11-21T03:00:00Z, 2026-11-22T01:00:00Z",
        "0 22 * * *,  PT6H,  2026-11-22T01:00:00Z, 2026-11-22T01:00:00Z",
        "0 2 * * SUN, PT4H,  2026-11-21T12:00:00Z, 2026-11-22T01:00:00Z",
        "0 0 1 * *,   PT48H, 2026-11-03T01:00:00Z, 2026-11-30T23:00:00Z",
        "*/30 * * * *, PT5M, 2026-11-21T12:10:00Z, 2026-11-21T12:30:00Z",
    })
    void opensAtTheLocalTimeOfItsZone(String opens, Duration open, Instant from, Instant first) {
        assertThat(CronWindow.of(opens, open, BERLIN).firstOpen(from)).isEqualTo(first);
    }

    /** On 28 March 2027 the time 02:30 does not exist in Berlin: clocks change from 02:00 to 03:00, at 01:00 UTC. */
    @Test
    void opensAfterATimeThatAClockChangeSkips() {
        CronWindow window = CronWindow.of("30 2 * * *", Duration.ofHours(1), BERLIN);

        Instant first = window.firstOpen(Instant.parse("2027-03-27T12:00:00Z"));

        assertThat(first).isEqualTo(Instant.parse("2027-03-28T01:30:00Z"));
        assertThat(window.firstOpen(Instant.parse("2027-03-28T01:10:00Z"))).isEqualTo(first);
        assertThat(window.firstOpen(first.plus(Duration.ofMinutes(59)))).isEqualTo(first.plus(Duration.ofMinutes(59)));
    }

    /** On 25 October 2026 it occurs twice, at 00:30 and 01:30 UTC. */
    @Test
    void opensOnceAtATimeThatOccursTwice() {
        CronWindow window = CronWindow.of("30 2 * * *", Duration.ofMinutes(20), BERLIN);

        assertThat(window.firstOpen(Instant.parse("2026-10-24T12:00:00Z")))
                .isEqualTo(Instant.parse("2026-10-25T00:30:00Z"));
        assertThat(window.firstOpen(Instant.parse("2026-10-25T02:00:00Z")))
                .isEqualTo(Instant.parse("2026-10-26T01:30:00Z"));
    }

    @Test
    void keepsItsDurationAcrossAClockChange() {
        CronWindow window = CronWindow.of("0 1 25 10 *", Duration.ofHours(4), BERLIN);

        assertThat(window.firstOpen(Instant.parse("2026-10-25T02:59:59Z")))
                .isEqualTo(Instant.parse("2026-10-25T02:59:59Z"));
        assertThat(window.firstOpen(Instant.parse("2026-10-25T03:00:00Z")))
                .isEqualTo(Instant.parse("2027-10-24T23:00:00Z"));
    }

    @Test
    void neverOpensOnADateThatDoesNotExist() {
        assertThat(CronWindow.of("0 0 30 2 *", Duration.ofHours(4), BERLIN)
                        .firstOpen(Instant.parse("2026-10-25T02:59:59Z")))
                .isEqualTo(Instant.MAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "invalid", "0 25 * * *", "0 2 * *"})
    void refusesInvalidExpressions(String opens) {
        assertThatThrownBy(() -> CronWindow.of(opens, Duration.ofHours(1), BERLIN))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAWindowOfZeroLength() {
        assertThatThrownBy(() -> CronWindow.of("0 2 * * *", Duration.ZERO, BERLIN))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
