package dev.perennial.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.lifecycle.Cause;
import dev.perennial.rules.renewal.Circumstances;
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

        assertThat(result.isWell()).as(Report.of(result)).isTrue();
        assertThat(result.tally().renewals()).isGreaterThan(8_000);
        assertThat(result.tally().windowsMoved).isPositive();
        assertThat(result.tally().postponed).isPositive();
        assertThat(result.tally().caughtUp).doesNotContain(-1);
        assertThat(result.tally().replaced)
                .isBetween(result.scenario().windowsMove(), result.scenario().revocation());
        Simulation.Result again = simulate(scenario(1, Duration.ofHours(8)));
        assertThat(Report.of(again)).isEqualTo(Report.of(result));
        assertThat(Sheet.of(again)).isEqualTo(Sheet.of(result));
        assertThat(Sheet.of(simulate(scenario(2, Duration.ofHours(8))))).isNotEqualTo(Sheet.of(result));
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
        Plan.Rules deaf = certificate -> RenewalRules.of(
                Circumstances.of(certificate.notBefore(), certificate.notAfter(), certificate.spread()));

        Simulation.Result result = new Simulation(scenario(1, Duration.ofHours(8)), deaf, ACCOUNTS).run();

        assertThat(result.tally().expiries()).isZero();
        assertThat(result.tally().revokedInService).isPositive();
        assertThat(result.isWell()).isFalse();
    }

    @Test
    void waitsForBudgetInsteadOfBeingRefused() {
        // What the outage holds up is more than the one account may order at once.
        Scenario shortLived = new Scenario(
                20_000, 8, 1, Map.of(Lifetime.DAYS_6, 100), Duration.ofHours(8), 30, Duration.ofHours(24), 10, 512);

        Simulation.Result result = new Simulation(shortLived, RenewalRules::of, ACCOUNTS).run();

        assertThat(result.tally().mostHeldUp[1]).isGreaterThan(300);
        assertThat(result.tally().waitedForBudget).isPositive();
        assertThat(result.refusals()).isZero();
        assertThat(result.tally().expiries()).isZero();
    }

    @Test
    void judgesThoseWhoDoNotCountThemselves() {
        Population population = new Population(scenario(1, Duration.ofHours(8)), new Dice(1), ACCOUNTS);
        Judge judge = new Judge(population);
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

    private static RenewalTime atTheLastMoment(Circumstances certificate) {
        var last = certificate.notAfter().minusSeconds(5);
        return new RenewalTime(last, Cause.LIFETIME_SPENT, last);
    }

    private static long expiries(Simulation.Result result, Lifetime lifetime) {
        return result.tally().lifetimes.get(lifetime).expiries;
    }

    private static Scenario scenario(long seed, Duration outage) {
        return new Scenario(1_000, 100, seed, Scenario.DEFAULT.mix(), outage, 30, Duration.ofHours(24), 10, 512);
    }

    private static Simulation.Result simulate(Scenario scenario) {
        return new Simulation(scenario, RenewalRules::of, ACCOUNTS).run();
    }
}
