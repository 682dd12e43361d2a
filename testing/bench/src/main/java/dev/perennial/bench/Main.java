package dev.perennial.bench;

import dev.perennial.testbed.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code ./perennial bench}: four runs (fleet and bare, near and far CA), one report; {@code bench scale}, or {@code bench retention}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("scale")) {
            ScaleReport.main(List.of(arguments).subList(1, arguments.length));
            return;
        }
        if (arguments.length > 0 && arguments[0].equals("retention")) {
            RetentionReport.main(List.of(arguments).subList(1, arguments.length));
            return;
        }
        BenchOptions options;
        try {
            options = BenchOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        print(
                "%d certificates per run after a warm-up of %d; %d processors; all processes on this machine",
                options.certificates(), options.warmUp(), Runtime.getRuntime().availableProcessors());
        print("");
        if (options.runs().contains(BenchOptions.Run.IDLE)) {
            print("== Sequential requests, CA nearby (n=%d)", options.single());
            print("latency, request event to proven handshake %s", new IdleRun(options).run(Progress.silent()));
        }
        if (options.runs().contains(BenchOptions.Run.NEAR)) {
            report("CA nearby", options, Duration.ZERO);
        }
        if (options.runs().contains(BenchOptions.Run.FAR)) {
            report("CA at " + options.roundTrip().toMillis() + " ms round trip", options, options.roundTrip());
        }
        if (options.runs().contains(BenchOptions.Run.FAILING)) {
            print("");
            print(
                    "== %d healthy names beside %d names whose validation fails",
                    options.certificates(), FailingNamesRun.NAMES);
            FailingNamesRun.Result result = new FailingNamesRun(options).run(Progress.silent());
            phase("healthy names only", result.alone(), result.alone());
            phase("during the first failures", result.beside(), result.alone());
            phase("while they keep failing", result.after(), result.alone());
            print("failures of the failing names meanwhile    %7d", result.failures());
        }
        if (options.runs().contains(BenchOptions.Run.TEAMS)) {
            print("");
            print(
                    "== %d sequential requests of one team beside %d requests of another",
                    options.single(), TeamTopicsRun.BUSY);
            TeamTopicsRun.Result result = new TeamTopicsRun(options).run(Progress.silent());
            team("alone", result.alone());
            team("beside the busy team", result.beside());
            print("requests of the busy team that waited at the end %d", result.waiting());
        }
        System.exit(0);
    }

    private static void team(String title, TeamTopicsRun.Phase phase) {
        print("%-24s request to answer          %s", title, phase.answered());
        print("%-24s request to bundle in Vault %s", title, phase.issued());
    }

    private static void report(String title, BenchOptions options, Duration roundTrip) throws Exception {
        FleetRun.Result fleet = new FleetRun(options, roundTrip).run(Progress.silent());
        double bare = new BareRun(options, roundTrip).run(Progress.silent());
        double issued = fleet.certificates() / (fleet.issued().toNanos() / 1e9);
        double rate = fleet.certificates() / (fleet.wall().toNanos() / 1e9);
        print("");
        print("== %s", title);
        print("fleet, request event to proven handshake   %6.1f certificates/s", rate);
        print(
                "fleet, request event to bundle in Vault     %6.1f certificates/s   fleet/bare %.2f",
                issued, issued / bare);
        print("bare ACME sequence (the limit)             %6.1f certificates/s   fleet/bare %.2f", bare, rate / bare);
        print("latency, all requested at once             %s", fleet.underLoad());
        print(
                "requests to the CA per certificate         %6.2f (without new nonces and directory)",
                fleet.requestsPerCertificate());
        costs(fleet.costs(), fleet.certificates());
    }

    private static void phase(String title, FailingNamesRun.Phase phase, FailingNamesRun.Phase alone) {
        double slower = 100.0 * phase.wall().toNanos() / alone.wall().toNanos() - 100;
        print("%-42s %7d ms for all (%+.1f %%)   %s", title, phase.wall().toMillis(), slower, phase.latencies());
    }

    private static void costs(Map<String, ProcessCosts.Cost> costs, int certificates) {
        print("%-28s %18s %10s", "process", "CPU ms/certificate", "RSS MB");
        List<Map.Entry<String, ProcessCosts.Cost>> byCpuTime = costs.entrySet().stream()
                .sorted(Map.Entry.comparingByValue((a, b) -> b.cpu().compareTo(a.cpu())))
                .toList();
        double sum = 0;
        for (var entry : byCpuTime) {
            double perCertificate = (double) entry.getValue().cpu().toMillis() / certificates;
            sum += perCertificate;
            print(
                    "%-28s %18.2f %10d",
                    entry.getKey(), perCertificate, entry.getValue().residentBytes() / (1024 * 1024));
        }
        print("%-28s %18.2f", "all", sum);
    }

    private static void print(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }
}
