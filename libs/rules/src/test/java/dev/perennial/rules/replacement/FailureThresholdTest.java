package dev.perennial.rules.replacement;

import static dev.perennial.rules.replacement.ItemState.DONE;
import static dev.perennial.rules.replacement.ItemState.FAILED;
import static dev.perennial.rules.replacement.ItemState.RETRYING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureThresholdTest {
    private static final FailureThreshold THRESHOLD = new FailureThreshold(20, 25);

    @Test
    void stopsAtTheShareOfTheFullSample() {
        assertThat(THRESHOLD.stops(Collections.nCopies(4, FAILED))).isFalse();
        assertThat(THRESHOLD.stops(Collections.nCopies(5, FAILED))).isTrue();
        assertThat(THRESHOLD.stops(List.of(FAILED, RETRYING, DONE, RETRYING, FAILED, DONE, RETRYING)))
                .as("retried items count as failures")
                .isTrue();
    }

    @Test
    void ignoresOldResults() {
        List<ItemState> outcomes = new ArrayList<>(Collections.nCopies(16, DONE));
        outcomes.addAll(Collections.nCopies(50, FAILED));

        assertThat(THRESHOLD.stops(outcomes)).isFalse();
        assertThat(THRESHOLD.stops(outcomes.subList(1, 66))).isTrue();
    }

    @Test
    void refusesInvalidShares() {
        assertThatIllegalArgumentException().isThrownBy(() -> new FailureThreshold(20, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new FailureThreshold(0, 50));
        assertThat(new FailureThreshold(1, 1).bad()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"10, 100", "100, 100", "1, 1", "1, 7", "3, 10", "200, 100", "99, 100"})
    void selectsAnEvenSample(int of, int total) {
        DrillSample sample = new DrillSample(of, total);

        List<Integer> ranks =
                IntStream.range(0, total).filter(sample::contains).boxed().toList();

        assertThat(ranks).hasSize(Math.min(of, total)).contains(0);
        for (int i = 1; i < ranks.size(); i++) {
            assertThat(ranks.get(i) - ranks.get(i - 1)).isLessThanOrEqualTo(Math.ceilDiv(total, of));
        }
    }

    @Test
    void computesMedianAndPercentile() {
        List<Duration> taken =
                IntStream.rangeClosed(1, 100).mapToObj(Duration::ofSeconds).toList();

        assertThat(TimeToReplace.of(taken)).contains(new TimeToReplace(Duration.ofSeconds(50), Duration.ofSeconds(95)));
        assertThat(TimeToReplace.of(List.of(Duration.ofSeconds(7))))
                .contains(new TimeToReplace(Duration.ofSeconds(7), Duration.ofSeconds(7)));
        assertThat(TimeToReplace.of(List.of())).isEmpty();
    }
}
