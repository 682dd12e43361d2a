package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadyOrderLimitTest {
    @ParameterizedTest
    @CsvSource({"0, 300", "1, 299", "299, 1", "300, 0", "301, 0", "5000000000, 0"})
    void fillsUpToTheCap(long ready, int room) {
        assertThat(new ReadyOrderLimit(300).room(ready)).isEqualTo(room);
    }

    @Test
    void refusesACapOfZero() {
        assertThatThrownBy(() -> new ReadyOrderLimit(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
