package dev.perennial.simulation;

import dev.perennial.rules.lifecycle.OrderCause;
import java.util.Arrays;

/** The printed report. */
final class SimulationReport {
    private final StringBuilder text = new StringBuilder();

    private SimulationReport() {}

    static String of(Simulation.Result result) {
        SimulationReport report = new SimulationReport();
        report.title(result);
        report.lifetimes(result.statistics());
        report.load(result);
        report.incidents(result);
        report.line("");
        report.line(
                result.passed()
                        ? "nothing expired"
                        : "FAILED: see expiries, revoked certificates in service, and refusals");
        return report.text.toString();
    }

    private void title(Simulation.Result result) {
        SimulationScenario scenario = result.scenario();
        line(
                "%,d certificates over %d days, seed %d; %,d registered domains; %d accounts at a CA with ARI, %d at one without",
                scenario.certificates(),
                scenario.days(),
                scenario.seed(),
                result.population().domains(),
                result.population().accounts(ModelCa.WITH_ARI),
                result.population().accounts(ModelCa.WITHOUT_ARI));
    }

    private void lifetimes(Statistics statistics) {
        line("");
        line(
                "%-9s %13s %13s %9s %16s %13s %13s",
                "lifetime", "certificates", "renewals", "expiries", "least life left", "late, median", "late, p99");
        statistics.lifetimes.forEach((lifetime, it) -> line(
                "%-9s %,13d %,13d %,9d %16s %13s %13s",
                lifetime.text(),
                it.certificates,
                it.renewals,
                it.expiries,
                it.renewals == 0 ? "-" : duration(it.leastLeft),
                duration(it.lateness.at(50)),
                duration(it.lateness.at(99))));
    }

    private void load(Simulation.Result result) {
        Statistics statistics = result.statistics();
        int[] renewals = statistics.hours.renewals;
        line("");
        line(
                "renewals per hour     mean %,d   p99 %,d   peak %,d (hour %,d)",
                statistics.renewals() / renewals.length,
                Percentiles.of(renewals).at(99),
                Arrays.stream(renewals).max().orElse(0),
                peak(renewals));
        line(
                "waiting orders        p99 %,d   peak %,d",
                Percentiles.of(statistics.hours.waiting).at(99),
                Arrays.stream(statistics.hours.waiting).max().orElse(0));
        line(
                "budget of an account  p99 %d %%   peak %d %%   %,d waits   %,d refusals by a CA",
                Percentiles.of(statistics.hours.budget).at(99),
                Arrays.stream(statistics.hours.budget).max().orElse(0),
                statistics.budgetWaits,
                result.refusals());
        line(
                "failed validations    %,d; %,d postponements because a CA was unavailable",
                (long) Arrays.stream(statistics.hours.failedValidations).sum(), statistics.postponed);
        StringBuilder causes = new StringBuilder("renewal causes       ");
        for (OrderCause cause : OrderCause.values()) {
            long count = statistics.causes[cause.ordinal()];
            if (count > 0) {
                causes.append(" %s %,d  "
                        .formatted(
                                cause.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), count));
            }
        }
        line("%s", causes.toString().stripTrailing());
    }

    private void incidents(Simulation.Result result) {
        SimulationScenario scenario = result.scenario();
        Statistics statistics = result.statistics();
        line("");
        for (ModelCa ca : ModelCa.values()) {
            int end = scenario.outageEnds(ca.ordinal());
            int caughtUp = statistics.caughtUp[ca.ordinal()];
            line(
                    "outage of the CA %-11s %s: %,d renewals delayed, all done %s after its end",
                    ca.ari() ? "with ARI" : "without ARI",
                    duration((int) scenario.outage().toSeconds()),
                    statistics.maxDelayed[ca.ordinal()],
                    caughtUp < 0 ? "(never)" : duration(caughtUp - end));
        }
        line(
                "mass revocation: %,d certificates, all replaced %s after the CA moved their windows; %,d still served at the revocation %s later",
                statistics.windowsMoved,
                statistics.replaced < 0 ? "(never)" : duration(statistics.replaced - scenario.windowsMove()),
                statistics.revokedInService,
                duration((int) scenario.notice().toSeconds()));
    }

    private static int peak(int[] hours) {
        int peak = 0;
        for (int hour = 0; hour < hours.length; hour++) {
            peak = hours[hour] > hours[peak] ? hour : peak;
        }
        return peak;
    }

    /** For example {@code 3 h 20 min}. */
    static String duration(long seconds) {
        if (seconds < 0) {
            return "-" + duration(-seconds);
        }
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        if (minutes < 120) {
            return minutes + " min";
        }
        long hours = minutes / 60;
        return hours < 48 ? hours + " h " + minutes % 60 + " min" : hours / 24 + " d " + hours % 24 + " h";
    }

    private void line(String format, Object... values) {
        text.append(String.format(java.util.Locale.ROOT, format, values)).append('\n');
    }
}
