package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.chaos.Chaos;
import dev.perennial.testbed.chaos.ChaosOptions;
import dev.perennial.testbed.chaos.ChaosReport;
import org.junit.jupiter.api.Test;

/** One round of what {@code ./perennial chaos} does for as long as it is told: everybody is hit once. */
class ChaosScenarioIT {
    /**
     * Fixed, so that a build fails for what was changed and not for bad luck. In this plan Kafka, PostgreSQL and DNS are killed too, the CA loses
     * its answers, and the order-service falls last, so that there is work in hand for the others. {@code -Dchaos.seed=N} tries another.
     */
    private static final long SEED = Long.getLong("chaos.seed", 2044);

    private static final int CERTIFICATES = 24;

    @Test
    void keepsEveryPromiseWhileEverythingIsKilledFrozenAndCut() {
        ChaosReport report = Chaos.run(new ChaosOptions(1, SEED, CERTIFICATES), System.out);

        assertThat(report.isGood()).as(report.log() + "\n" + report).isTrue();
    }
}
