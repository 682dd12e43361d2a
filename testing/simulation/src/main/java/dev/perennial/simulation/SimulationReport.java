package dev.perennial.simulation;

import dev.perennial.rules.lifecycle.OrderCause;
import java.util.Arrays;

/** The table for a person. */
final class SimulationReport {
    private final StringBuilder text = new StringBuilder();

    private SimulationReport() {}

    static String of(Simulation.Result result) {
        SimulationReport report = new SimulationReport();
        report.title(result);
        report.lifetimes(result.tally());
        report.load(result);
        report.badDays(result);
        report.line("");
        report.line(
                result.isWell()
                        ? "nothing expired"
                        : "NOT WELL: see expiries, certificates served revoked, and refusals");
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

    private void lifetimes(Statistics tally) {
        line("");
        line(
                "%-9s %13s %13s %9s %16s %13s %13s",
                "lifetime", "certificates", "renewals", "expiries", "least life left", "late, median", "late, p99");
        tally.lifetimes.forEach((lifetime, it) -> line(
                "%-9s %,13d %,13d %,9d %16s %13s %13s",
                lifetime.words(),
                it.certificates,
                it.renewals,
                it.expiries,
                it.renewals == 0 ? "-" : words(it.leastLeft),
                words(it.lateness.at(50)),
                words(it.lateness.at(99))));
    }

    private void load(Simulation.Result result) {
        Statistics tally = result.tally();
        int[] renewals = tally.hours.renewals;
        line("");
        line(
                "renewals an hour      mean %,d   p99 %,d   peak %,d (hour %,d)",
                tally.renewals() / renewals.length,
                Percentiles.of(renewals).at(99),
                Arrays.stream(renewals).max().orElse(0),
                peak(renewals));
        line(
                "waiting orders        p99 %,d   peak %,d",
                Percentiles.of(tally.hours.waiting).at(99),
                Arrays.stream(tally.hours.waiting).max().orElse(0));
        line(
                "budget of an account  p99 %d %%   peak %d %%   %,d times waited for   %,d refusals by a CA",
                Percentiles.of(tally.hours.budget).at(99),
                Arrays.stream(tally.hours.budget).max().orElse(0),
                tally.waitedForBudget,
                result.refusals());
        line(
                "failed proofs         %,d; postponed because a CA was away %,d times",
                (long) Arrays.stream(tally.hours.failedProofs).sum(), tally.postponed);
        StringBuilder causes = new StringBuilder("renewed because of   ");
        for (OrderCause cause : OrderCause.values()) {
            long many = tally.causes[cause.ordinal()];
            if (many > 0) {
                causes.append(" %s %,d  "
                        .formatted(
                                cause.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '), many));
            }
        }
        line("%s", causes.toString().stripTrailing());
    }

    private void badDays(Simulation.Result result) {
        SimulationScenario scenario = result.scenario();
        Statistics tally = result.tally();
        line("");
        for (ModelCa ca : ModelCa.values()) {
            int end = scenario.outageEnds(ca.ordinal());
            int caughtUp = tally.caughtUp[ca.ordinal()];
            line(
                    "outage of the CA %-11s %s: %,d renewals held up, all done %s after its end",
                    ca.ari() ? "with ARI" : "without ARI",
                    words((int) scenario.outage().toSeconds()),
                    tally.mostHeldUp[ca.ordinal()],
                    caughtUp < 0 ? "(never)" : words(caughtUp - end));
        }
        line(
                "mass revocation: %,d certificates, all replaced %s after the CA moved their windows; %,d still served at the revocation %s later",
                tally.windowsMoved,
                tally.replaced < 0 ? "(never)" : words(tally.replaced - scenario.windowsMove()),
                tally.revokedInService,
                words((int) scenario.notice().toSeconds()));
    }

    private static int peak(int[] hours) {
        int peak = 0;
        for (int hour = 0; hour < hours.length; hour++) {
            peak = hours[hour] > hours[peak] ? hour : peak;
        }
        return peak;
    }

    /** For example {@code 3 h 20 min}. */
    static String words(long seconds) {
        if (seconds < 0) {
            return "-" + words(-seconds);
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
