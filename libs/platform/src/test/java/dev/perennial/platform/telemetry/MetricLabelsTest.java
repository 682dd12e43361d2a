package dev.perennial.platform.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MetricLabelsTest {
    private enum Constant {
        NOT_OFFERED
    }

    @Test
    void areLowerCaseWithHyphens() {
        assertThat(MetricLabels.value(Constant.NOT_OFFERED)).isEqualTo("not-offered");
        assertThat(MetricLabels.value(TimeUnit.SECONDS)).isEqualTo("seconds");
    }
}
