package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReconciliationPauseTest {
    /** A failure that lasts for days must not overflow the pause, which would end the reconciliation. */
    @Test
    void limitsThePauseAfterManyFailures() {
        Duration pause = Duration.ofSeconds(1);
        for (int failure = 0; failure < 200; failure++) {
            pause = Reconciliation.doubled(pause, Duration.ofMinutes(10));
        }

        assertThat(pause).isEqualTo(Duration.ofMinutes(10));
    }

    @ParameterizedTest
    @CsvSource({"0, 300", "0.5, 315", "0.99, 329"})
    void lengthensThePauseByUpToATenth(double random, long seconds) {
        assertThat(Reconciliation.jittered(Duration.ofMinutes(5), random))
                .isBetween(Duration.ofSeconds(seconds), Duration.ofSeconds(seconds + 1));
    }
}
