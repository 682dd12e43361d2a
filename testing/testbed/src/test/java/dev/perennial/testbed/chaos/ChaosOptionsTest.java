package dev.perennial.testbed.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChaosOptionsTest {
    @Test
    void parsesAllOptions() {
        assertThat(parse("--minutes 30 --seed -7 --certificates 200")).isEqualTo(new ChaosOptions(30, -7, 200));
    }

    @Test
    void requestsMoreCertificatesInALongerRun() {
        assertThat(parse("--minutes 2").certificates()).isEqualTo(30);
        assertThat(parse("--minutes 600").certificates()).isEqualTo(500);
    }

    @Test
    void roundsTheDurationOfLongOutagesUpToWholeRounds() {
        assertThat(parse("--minutes 3 --long-outages").rounds()).isEqualTo(2);
        assertThat(parse("--minutes 3").rounds()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--minutes 2", "--minutes 5 --long-outages"})
    void printsTheCommandThatRepeatsTheRun(String arguments) {
        ChaosOptions options = parse(arguments);

        assertThat(parse(options.command().replace("./perennial chaos ", ""))).isEqualTo(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--minutes", "--minutes x", "--minutes 0", "--certificates 501", "--for 3", "7"})
    void showsTheUsageForInvalidArguments(String invalid) {
        assertThatThrownBy(() -> parse(invalid))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(ChaosOptions.USAGE);
    }

    private static ChaosOptions parse(String arguments) {
        return ChaosOptions.parse(List.of(arguments.split(" ")));
    }
}
