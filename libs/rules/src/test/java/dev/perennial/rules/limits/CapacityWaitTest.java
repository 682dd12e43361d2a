package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapacityWaitTest {
    /** A clock that was ahead when the order was created makes its age negative. */
    @ParameterizedTest
    @CsvSource({"PT-2H, PT1M", "PT0S, PT1M", "PT1M, PT1M", "PT4M, PT4M", "PT15M, PT15M", "P30D, PT15M"})
    void growsWithTheAgeWithinItsLimits(Duration age, Duration wait) {
        assertThat(CapacityWait.of(age)).isEqualTo(wait);
    }
}
