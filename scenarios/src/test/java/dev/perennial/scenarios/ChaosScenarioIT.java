package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.chaos.Chaos;
import dev.perennial.testbed.chaos.Options;
import dev.perennial.testbed.chaos.Report;
import org.junit.jupiter.api.Test;

/** One round of what {@code ./perennial chaos} does for as long as it is told: everybody is hit once. */
class ChaosScenarioIT {
    /** Fixed, so that a build fails for what was changed and not for bad luck; {@code -Dchaos.seed=N} tries another. */
    private static final long SEED = Long.getLong("chaos.seed", 5);

    private static final int CERTIFICATES = 16;

    @Test
    void keepsEveryPromiseWhileEverythingIsKilledFrozenAndCut() {
        Report report = Chaos.run(new Options(1, SEED, CERTIFICATES), System.out);

        assertThat(report.isGood()).as(report.tale() + "\n" + report).isTrue();
    }
}
