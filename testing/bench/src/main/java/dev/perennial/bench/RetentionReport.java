package dev.perennial.bench;

import dev.perennial.bench.RetentionRun.Size;
import dev.perennial.testbed.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code ./perennial bench retention}: the size of the history, and the cost of its deletion. */
final class RetentionReport {
    static final String USAGE = "       ./perennial bench retention [--certificates N]";
    private static final int CERTIFICATES = 300_000;
    /** With a lifetime of 47 days. */
    private static final int RENEWALS_PER_YEAR = 8;
    /** The facts that are recorded for a renewal: authorized, issued, deployed. */
    private static final int FACTS = 3;

    private static final double YEAR = 365.25;
    private static final List<String> PER_RENEWAL =
            List.of("certificate_order", "deployment", "issued_certificate", "certificate_status", "timeline");

    private RetentionReport() {}

    static void main(List<String> arguments) throws Exception {
        int certificates = CERTIFICATES;
        if (arguments.size() == 2 && arguments.getFirst().equals("--certificates")) {
            certificates = Integer.parseInt(arguments.getLast());
        } else if (!arguments.isEmpty()) {
            System.err.println("usage:\n" + USAGE);
            System.exit(2);
        }
        print(new RetentionRun(certificates).run(Progress.silent()), certificates);
        System.exit(0);
    }

    static void print(RetentionRun.Result result, int certificates) {
        System.out.printf(
                "%,d certificates, each with one renewal whose retention is over and a current one; %d processors; all"
                        + " processes on this machine%n%n",
                certificates, Runtime.getRuntime().availableProcessors());
        sizes(result.sizes(), certificates);
        deletion(result);
    }

    private static void sizes(Map<String, Size> sizes, int certificates) {
        System.out.printf("%-24s %12s %14s%n", "table", "bytes/row", "rows/renewal");
        sizes.forEach((table, size) -> System.out.printf(
                "%-24s %12.0f %14s%n",
                table, size.perRow(), PER_RENEWAL.contains(table) ? perRenewal(size, certificates) : "-"));
        double renewal = PER_RENEWAL.stream()
                .mapToDouble(table -> sizes.get(table).perRow() * perRenewal(sizes.get(table), certificates))
                .sum();
        double constant = sizes.get("certificate").perRow()
                + 3 * sizes.get("scheduled_task").perRow();
        double inbox = sizes.get("inbox").perRow() * FACTS * RENEWALS_PER_YEAR * 30 / YEAR;
        System.out.printf(
                "%nper certificate: %.1f kB constant, %.1f kB inbox (30 days), %.1f kB per renewal, %.1f kB of history per"
                        + " year%n",
                constant / 1e3, inbox / 1e3, renewal / 1e3, renewal * RENEWALS_PER_YEAR / 1e3);
        double timeline = sizes.get("timeline").perRow() * perRenewal(sizes.get("timeline"), certificates);
        // Kept: until notAfter + 400 days, timelines 400 days and the rest of a month.
        double kept = (renewal - timeline) * RENEWALS_PER_YEAR * 447 / YEAR + timeline * RENEWALS_PER_YEAR * 415 / YEAR;
        System.out.printf(
                "%n%-40s %10s %10s %10s %10s%n",
                "GB for a million certificates", "1 year", "2 years", "5 years", "10 years");
        System.out.printf("%-40s", "without retention");
        for (int years : new int[] {1, 2, 5, 10}) {
            System.out.printf(" %10.0f", (constant + inbox + renewal * RENEWALS_PER_YEAR * years) / 1e3);
        }
        System.out.printf("%n%-40s", "with a retention of 400 days");
        for (int years : new int[] {1, 2, 5, 10}) {
            System.out.printf(
                    " %10.0f", (constant + inbox + Math.min(kept, renewal * RENEWALS_PER_YEAR * years)) / 1e3);
        }
        System.out.println();
    }

    /** The script inserts two renewals of each certificate. */
    private static long perRenewal(Size size, int certificates) {
        return Math.round((double) size.rows() / certificates / 2);
    }

    private static void deletion(RetentionRun.Result result) {
        long rows = result.deleted().entrySet().stream()
                .filter(it -> !it.getKey().equals("timeline"))
                .mapToLong(Map.Entry::getValue)
                .sum();
        System.out.printf(
                "%ndeleted: %s%nin %d s with pauses: %,.0f rows/s without the timeline%n",
                result.deleted(),
                result.wall().toSeconds(),
                rows / (result.wall().toMillis() / 1e3));
        System.out.printf("%n%-40s %9s %9s %9s%n", "milliseconds", "median", "p95", "slowest");
        line("batch", result.batches());
        System.out.printf("%-40s %29.1f%n", "dropping a month of the timeline", millis(result.drop()));
        line("64 due renewals leased, no deletion", result.leasesBefore());
        line("64 due renewals leased, during it", result.leasesMeanwhile());
    }

    private static void line(String title, Latencies times) {
        System.out.printf(
                "%-40s %9.1f %9.1f %9.1f%n",
                title, millis(times.percentile(50)), millis(times.percentile(95)), millis(times.percentile(100)));
    }

    private static double millis(Duration time) {
        return time.toNanos() / 1e6;
    }
}
