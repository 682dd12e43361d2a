package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NextCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    @ParameterizedTest
    @CsvSource({"P90D, PT1H", "PT160H, PT1H", "PT10H, PT6M", "PT5M, PT10S"})
    void checksARunningOrderMoreOftenForAShorterLifetime(Duration lifetime, Duration pause) {
        assertThat(NextCheck.whileUnderWay(lifetime, NOW)).isEqualTo(NOW.plus(pause));
    }

    @ParameterizedTest
    @CsvSource({
        // failures, time to expiry; pause
        "1,  P30D,   PT1H",
        "2,  P30D,   PT4H",
        "3,  P30D,   PT12H",
        "4,  P30D,   P1D",
        "40, P30D,   P1D",
        "4,  P2D,    PT6H",
        "4,  PT8H,   PT1H",
        "4,  PT16M,  PT5M",
        "1,  PT16M,  PT5M",
        "4,  PT0S,   PT1H",
        "4,  PT-40H, PT1H",
    })
    void retriesLaterAfterMoreFailuresAndSoonerNearExpiry(int failures, Duration left, Duration pause) {
        assertThat(NextCheck.afterFailures(failures, NOW, NOW.plus(left))).isEqualTo(NOW.plus(pause));
    }
}
