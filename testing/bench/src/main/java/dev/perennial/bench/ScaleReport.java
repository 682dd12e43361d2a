package dev.perennial.bench;

import dev.perennial.testbed.Progress;
import java.time.Duration;
import java.util.List;

/** {@code ./perennial bench scale}: the durations of queries on a million certificates, compared with their limits. */
final class ScaleReport {
    static final String USAGE = "       ./perennial bench scale [--rows N]";
    private static final int ROWS = 1_000_000;

    private ScaleReport() {}

    static void main(List<String> arguments) throws Exception {
        int rows;
        try {
            rows = rows(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("usage:\n" + USAGE);
            System.exit(2);
            return;
        }
        System.out.printf(
                "%,d certificates with two orders each; %d processors; all processes on this machine%n",
                rows, Runtime.getRuntime().availableProcessors());
        print(new ScaleRun(rows).run(Progress.silent()));
        System.exit(0);
    }

    private static int rows(List<String> arguments) {
        if (arguments.isEmpty()) {
            return ROWS;
        }
        if (arguments.size() != 2 || !arguments.getFirst().equals("--rows")) {
            throw new IllegalArgumentException("unknown argument");
        }
        int rows = Integer.parseInt(arguments.getLast());
        if (rows < 1_000) {
            throw new IllegalArgumentException("at least 1000 rows");
        }
        return rows;
    }

    private static void print(ScaleRun.Result result) {
        System.out.printf("tables filled in %d s%n%n", result.filling().toSeconds());
        System.out.printf("%-40s %9s %9s %9s %9s%n", "milliseconds", "median", "p95", "slowest", "limit");
        result.measured().forEach(ScaleReport::line);
        line(result.start());
        System.out.printf(
                "%nplan of the query for due renewals (%,d rows):%n%s%n", result.dueRenewals(), result.plan());
    }

    private static void line(ScaleRun.Measured it) {
        System.out.printf(
                "%-40s %9.1f %9.1f %9.1f %9s%s%n",
                it.title(),
                millis(it.times().percentile(50)),
                millis(it.times().percentile(95)),
                millis(it.times().percentile(100)),
                it.limit().map(limit -> Long.toString(limit.toMillis())).orElse("-"),
                it.limit()
                                .filter(limit -> it.times().percentile(95).compareTo(limit) > 0)
                                .isPresent()
                        ? "  OVER"
                        : "");
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
