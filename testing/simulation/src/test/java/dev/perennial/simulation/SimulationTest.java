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
    void letsNothingExpireAndTellsTheSameOfTheSameSeed() {
        Simulation.Result result = simulate(scenario(1, Duration.ofHours(8)));

        assertThat(result.isWell()).as(SimulationReport.of(result)).isTrue();
        assertThat(result.tally().renewals()).isGreaterThan(8_000);
        assertThat(result.tally().windowsMoved).isPositive();
        assertThat(result.tally().postponed).isPositive();
        assertThat(result.tally().caughtUp).doesNotContain(-1);
        assertThat(result.tally().replaced)
                .isBetween(result.scenario().windowsMove(), result.scenario().revocation());
        Simulation.Result again = simulate(scenario(1, Duration.ofHours(8)));
        assertThat(SimulationReport.of(again)).isEqualTo(SimulationReport.of(result));
        assertThat(CsvReport.of(again)).isEqualTo(CsvReport.of(result));
        assertThat(CsvReport.of(simulate(scenario(2, Duration.ofHours(8))))).isNotEqualTo(CsvReport.of(result));
    }

    @Test
    void seesWhatExpiresInAnOutageThatIsLongerThanShortLivesAllow() {
        Simulation.Result result = simulate(scenario(1, Duration.ofDays(5)));

        assertThat(expiries(result, Lifetime.DAYS_6)).isPositive();
        assertThat(expiries(result, Lifetime.DAYS_90)).isZero();
        assertThat(result.isWell()).isFalse();
    }

    @Test
    void seesWhatExpiresUnderARuleThatIsTooLate() {
        Simulation.Result result =
                new Simulation(scenario(1, Duration.ofHours(8)), SimulationTest::atTheLastMoment, ACCOUNTS).run();

        assertThat(expiries(result, Lifetime.DAYS_90)).isPositive();
        assertThat(result.isWell()).isFalse();
    }

    @Test
    void seesWhatIsServedRevokedWhereNobodyListensToTheCa() {
        RenewalSchedule.Rules deaf = certificate -> RenewalRules.of(
                RenewalInputs.of(certificate.notBefore(), certificate.notAfter(), certificate.spread()));

        Simulation.Result result = new Simulation(scenario(1, Duration.ofHours(8)), deaf, ACCOUNTS).run();

        assertThat(result.tally().expiries()).isZero();
        assertThat(result.tally().revokedInService).isPositive();
        assertThat(result.isWell()).isFalse();
    }

    @Test
    void waitsForBudgetInsteadOfBeingRefused() {
        // What the outage holds up is more than the one account may order at once.
        SimulationScenario shortLived = new SimulationScenario(
                20_000, 8, 1, Map.of(Lifetime.DAYS_6, 100), Duration.ofHours(8), 30, Duration.ofHours(24), 10, 512);

        Simulation.Result result = new Simulation(shortLived, RenewalRules::of, ACCOUNTS).run();

        assertThat(result.tally().mostHeldUp[1]).isGreaterThan(300);
        assertThat(result.tally().waitedForBudget).isPositive();
        assertThat(result.refusals()).isZero();
        assertThat(result.tally().expiries()).isZero();
    }

    @Test
    void judgesThoseWhoDoNotCountThemselves() {
        Population population = new Population(scenario(1, Duration.ofHours(8)), new SeededRandom(1), ACCOUNTS);
        RateLimitOracle judge = new RateLimitOracle(population);
        int limited = 0;
        while (population.ca(limited).ari()) {
            limited++;
        }

        int taken = 0;
        while (judge.order(population, limited, false, taken)) {
            taken++;
        }

        // 300 at once, and one more every 36 seconds meanwhile.
        assertThat(taken).isBetween(300, 310);
        assertThat(judge.refusals()).isOne();
        assertThat(judge.order(population, limited, true, taken)).isTrue();
    }

    private static RenewalTime atTheLastMoment(RenewalInputs certificate) {
        var last = certificate.notAfter().minusSeconds(5);
        return new RenewalTime(last, OrderCause.LIFETIME_SPENT, last);
    }

    private static long expiries(Simulation.Result result, Lifetime lifetime) {
        return result.tally().lifetimes.get(lifetime).expiries;
    }

    private static SimulationScenario scenario(long seed, Duration outage) {
        return new SimulationScenario(
                1_000, 100, seed, SimulationScenario.DEFAULT.mix(), outage, 30, Duration.ofHours(24), 10, 512);
    }

    private static Simulation.Result simulate(SimulationScenario scenario) {
        return new Simulation(scenario, RenewalRules::of, ACCOUNTS).run();
    }
}
