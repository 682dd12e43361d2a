package dev.perennial.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PercentilesTest {
    @Test
    void returnsTheNearestRank() {
        Percentiles percentiles = Percentiles.of(new int[] {30, 10, 40, 20});

        assertThat(percentiles.at(50)).isEqualTo(20);
        assertThat(percentiles.at(51)).isEqualTo(30);
        assertThat(percentiles.at(100)).isEqualTo(40);
    }

    @Test
    void isExactToTheSecondForTwoDays() {
        Percentiles percentiles =
                Percentiles.of(IntStream.rangeClosed(1, 172_800).toArray());

        assertThat(percentiles.at(50)).isEqualTo(86_400);
        assertThat(percentiles.at(99)).isEqualTo(171_072);
    }

    @Test
    void isZeroWithoutValues() {
        assertThat(new Percentiles().at(99)).isZero();
    }

    @Test
    void countsNegativeValuesAsZero() {
        assertThat(Percentiles.of(new int[] {-5}).at(50)).isZero();
    }
}
