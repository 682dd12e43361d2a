package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconciliationTest {
    @ParameterizedTest
    @CsvSource({"0, 300", "0.5, 315", "0.99, 329"})
    void lengthensThePauseByUpToATenth(double random, long seconds) {
        assertThat(Reconciliation.jittered(Duration.ofMinutes(5), random))
                .isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 1));
    }
}
