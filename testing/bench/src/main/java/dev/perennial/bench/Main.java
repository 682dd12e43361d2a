package dev.perennial.bench;

import dev.perennial.testbed.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code ./perennial bench}: four runs (fleet and bare, near and far CA), one report; or {@code bench scale}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0 && arguments[0].equals("scale")) {
            ScaleReport.main(List.of(arguments).subList(1, arguments.length));
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
        say(
                "%d certificates a run after a warm-up of %d; %d processors; everything on this machine",
                options.certificates(), options.warmUp(), Runtime.getRuntime().availableProcessors());
        say("");
        if (options.runs().contains(BenchOptions.Run.IDLE)) {
            say("== One request at a time, CA nearby (n=%d)", options.single());
            say("latency, request event to proven handshake %s", new IdleRun(options).run(Progress.silent()));
        }
        if (options.runs().contains(BenchOptions.Run.NEAR)) {
            report("CA nearby", options, Duration.ZERO);
        }
        if (options.runs().contains(BenchOptions.Run.FAR)) {
            report("CA at " + options.roundTrip().toMillis() + " ms round trip", options, options.roundTrip());
        }
        if (options.runs().contains(BenchOptions.Run.POISONED)) {
            say("");
            say("== %d healthy names beside %d that cannot be proven", options.certificates(), FailingNamesRun.POISONED);
            FailingNamesRun.Result result = new FailingNamesRun(options).run(Progress.silent());
            phase("healthy alone", result.alone(), result.alone());
            phase("while those fail for the first time", result.beside(), result.alone());
            phase("when those have failed three times", result.after(), result.alone());
        }
        System.exit(0);
    }

    private static void report(String title, BenchOptions options, Duration roundTrip) throws Exception {
        FleetRun.Result fleet = new FleetRun(options, roundTrip).run(Progress.silent());
        double bare = new BareRun(options, roundTrip).run(Progress.silent());
        double issued = fleet.certificates() / (fleet.issued().toNanos() / 1e9);
        double rate = fleet.certificates() / (fleet.wall().toNanos() / 1e9);
        say("");
        say("== %s", title);
        say("fleet, request event to proven handshake   %6.1f certificates/s", rate);
        say(
                "fleet, request event to bundle in Vault     %6.1f certificates/s   fleet/bare %.2f",
                issued, issued / bare);
        say("bare ACME sequence (the limit)             %6.1f certificates/s   fleet/bare %.2f", bare, rate / bare);
        say("latency, all requested at once             %s", fleet.underLoad());
        say(
                "requests to the CA per certificate         %6.2f (without new nonces and directory)",
                fleet.requestsPerCertificate());
        costs(fleet.costs(), fleet.certificates());
    }

    private static void phase(String title, FailingNamesRun.Phase phase, FailingNamesRun.Phase alone) {
        double slower = 100.0 * phase.wall().toNanos() / alone.wall().toNanos() - 100;
        say("%-42s %7d ms for all (%+.1f %%)   %s", title, phase.wall().toMillis(), slower, phase.latencies());
    }

    private static void costs(Map<String, ProcessCosts.Cost> costs, int certificates) {
        say("%-28s %18s %10s", "process", "CPU ms/certificate", "RSS MB");
        List<Map.Entry<String, ProcessCosts.Cost>> dearestFirst = costs.entrySet().stream()
                .sorted(Map.Entry.comparingByValue((a, b) -> b.cpu().compareTo(a.cpu())))
                .toList();
        double sum = 0;
        for (var entry : dearestFirst) {
            double each = (double) entry.getValue().cpu().toMillis() / certificates;
            sum += each;
            say("%-28s %18.2f %10d", entry.getKey(), each, entry.getValue().residentBytes() / (1024 * 1024));
        }
        say("%-28s %18.2f", "all", sum);
    }

    private static void say(String format, Object... values) {
        System.out.printf(format + "%n", values);
    }
}
