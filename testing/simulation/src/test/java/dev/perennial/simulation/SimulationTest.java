package dev.perennial.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.renewal.RenewalInputs;
import dev.perennial.rules.renewal.RenewalRules;
import dev.perennial.rules.renewal.RenewalTime;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int[] ACCOUNTS = {2, 1};

    @Test
    void reportsNoExpiryAndTheSameResultForTheSameSeed() {
        Simulation.Result result = simulate(scenario(1, Duration.ofHours(8)));

        assertThat(result.passed()).as(SimulationReport.of(result)).isTrue();
        assertThat(result.statistics().renewals()).isGreaterThan(8_000);
        assertThat(result.statistics().windowsMoved).isPositive();
        assertThat(result.statistics().postponed).isPositive();
        assertThat(result.statistics().caughtUp).doesNotContain(-1);
        assertThat(result.statistics().replaced)
                .isBetween(result.scenario().windowsMove(), result.scenario().revocation());
        Simulation.Result again = simulate(scenario(1, Duration.ofHours(8)));
        assertThat(SimulationReport.of(again)).isEqualTo(SimulationReport.of(result));
        assertThat(CsvReport.of(again)).isEqualTo(CsvReport.of(result));
        assertThat(CsvReport.of(simulate(scenario(2, Duration.ofHours(8))))).isNotEqualTo(CsvReport.of(result));
    }

    @Test
    void detectsExpiriesInAnOutageThatIsTooLongForShortLifetimes() {
        Simulation.Result result = simulate(scenario(1, Duration.ofDays(5)));

        assertThat(expiries(result, Lifetime.DAYS_6)).isPositive();
        assertThat(expiries(result, Lifetime.DAYS_90)).isZero();
        assertThat(result.passed()).isFalse();
    }

    @Test
    void detectsExpiriesIfRenewalIsTooLate() {
        Simulation.Result result =
                new Simulation(scenario(1, Duration.ofHours(8)), SimulationTest::atTheLastMoment, ACCOUNTS).run();

        assertThat(expiries(result, Lifetime.DAYS_90)).isPositive();
        assertThat(result.passed()).isFalse();
    }

    @Test
    void detectsRevokedCertificatesInServiceIfWindowsAreIgnored() {
        RenewalSchedule.Rules ignoringWindows = certificate -> RenewalRules.of(
                RenewalInputs.of(certificate.notBefore(), certificate.notAfter(), certificate.jitter()));

        Simulation.Result result = new Simulation(scenario(1, Duration.ofHours(8)), ignoringWindows, ACCOUNTS).run();

        assertThat(result.statistics().expiries()).isZero();
        assertThat(result.statistics().revokedInService).isPositive();
        assertThat(result.passed()).isFalse();
    }

    @Test
    void waitsForBudgetWithoutRefusalsByTheCa() {
        // The outage delays more renewals than one account may order at the same time.
        SimulationScenario shortLived = new SimulationScenario(
                20_000, 8, 1, Map.of(Lifetime.DAYS_6, 100), Duration.ofHours(8), 30, Duration.ofHours(24), 10, 512);

        Simulation.Result result = new Simulation(shortLived, RenewalRules::of, ACCOUNTS).run();

        assertThat(result.statistics().maxDelayed[1]).isGreaterThan(300);
        assertThat(result.statistics().budgetWaits).isPositive();
        assertThat(result.refusals()).isZero();
        assertThat(result.statistics().expiries()).isZero();
    }

    @Test
    void refusesOrdersBeyondTheLimits() {
        Population population = new Population(scenario(1, Duration.ofHours(8)), new SeededRandom(1), ACCOUNTS);
        RateLimitOracle oracle = new RateLimitOracle(population);
        int limited = 0;
        while (population.ca(limited).ari()) {
            limited++;
        }

        int accepted = 0;
        while (oracle.order(population, limited, false, accepted)) {
            accepted++;
        }

        // 300 immediately, and another one every 36 seconds.
        assertThat(accepted).isBetween(300, 310);
        assertThat(oracle.refusals()).isOne();
        assertThat(oracle.order(population, limited, true, accepted)).isTrue();
    }

    private static RenewalTime atTheLastMoment(RenewalInputs certificate) {
        var last = certificate.notAfter().minusSeconds(5);
        return new RenewalTime(last, OrderCause.LIFETIME_SPENT, last);
    }

    private static long expiries(Simulation.Result result, Lifetime lifetime) {
        return result.statistics().lifetimes.get(lifetime).expiries;
    }

    private static SimulationScenario scenario(long seed, Duration outage) {
        return new SimulationScenario(
                1_000, 100, seed, SimulationScenario.DEFAULT.mix(), outage, 30, Duration.ofHours(24), 10, 512);
    }

    private static Simulation.Result simulate(SimulationScenario scenario) {
        return new Simulation(scenario, RenewalRules::of, ACCOUNTS).run();
    }
}
