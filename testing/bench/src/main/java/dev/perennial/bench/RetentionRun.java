package dev.perennial.bench;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.retention.RetentionPass;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.TimelinePartitions;
import dev.perennial.rules.retention.RetentionRules;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures the size of the history, and the deletion of one renewal of each certificate while due renewals are leased,
 * with the pauses of the service.
 */
final class RetentionRun {
    private static final int LEASED = 64;
    private static final int LEASES = 500;
    private static final Duration BETWEEN_LEASES = Duration.ofMillis(20);
    private static final int MONTHS = 24;

    private static final List<String> TABLES = List.of(
            "certificate",
            "certificate_order",
            "deployment",
            "issued_certificate",
            "certificate_status",
            "scheduled_task",
            "inbox",
            "timeline");

    /** Rows, and bytes with indexes. */
    record Size(long rows, long bytes) {
        double perRow() {
            return (double) bytes / rows;
        }
    }

    /**
     * @param drop the longest batch that dropped a month of the timeline
     * @param deleted rows by table
     * @param wall time of the whole pass
     */
    record Result(
            Map<String, Size> sizes,
            Latencies leasesBefore,
            Latencies leasesMeanwhile,
            Latencies batches,
            Duration drop,
            Map<String, Long> deleted,
            Duration wall) {}

    private final int certificates;

    RetentionRun(int certificates) {
        this.certificates = certificates;
    }

    Result run(Progress progress) throws IOException, InterruptedException {
        try (Stack stack = Stack.builder().tracingDropped().progress(progress).start()) {
            stack.services().forEach(ServicePart::stop);
            try (ScaleDatabase source = ScaleDatabase.of(stack.postgres());
                    ScaleDatabase other = ScaleDatabase.of(stack.postgres())) {
                return measure(source.database(), other.database());
            }
        }
    }

    private static void createMonths(Database database) {
        YearMonth current = YearMonth.from(Instant.now().atOffset(ZoneOffset.UTC));
        database.inTransaction(tx -> {
            TimelinePartitions partitions = new TimelinePartitions(tx);
            for (int i = -MONTHS; i <= 2; i++) {
                if (!partitions.months().contains(current.plusMonths(i))) {
                    partitions.create(current.plusMonths(i));
                }
            }
            return current;
        });
    }

    /** @param deleting another connection to the same database, which has the tables of the order-service */
    Result measure(Database database, Database deleting) throws InterruptedException {
        createMonths(database);
        new ScaleRows(database).fill("retention-rows.sql", certificates, TABLES, "bench_renewal");
        Map<String, Size> sizes = sizes(database);
        // The first ones warm up.
        leases(database, LEASES, new AtomicBoolean());
        Latencies before = leases(database, LEASES, new AtomicBoolean());
        AtomicBoolean done = new AtomicBoolean();
        List<Duration> batches = new ArrayList<>();
        List<Duration> drops = new ArrayList<>();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        long start = System.nanoTime();
        Thread deletion = Thread.ofPlatform().start(() -> {
            try {
                delete(deleting, meters, batches, drops);
            } finally {
                done.set(true);
            }
        });
        Latencies meanwhile = leases(database, Integer.MAX_VALUE, done);
        deletion.join();
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        Map<String, Long> deleted = new TreeMap<>();
        meters.find("perennial_deleted_rows_total")
                .counters()
                .forEach(it -> deleted.put(it.getId().getTag("table"), (long) it.count()));
        return new Result(
                sizes,
                before,
                meanwhile,
                Latencies.of(batches),
                drops.stream().max(Duration::compareTo).orElse(Duration.ZERO),
                deleted,
                wall);
    }

    private static void delete(
            Database database, SimpleMeterRegistry meters, List<Duration> batches, List<Duration> drops) {
        RetentionRules rules = new RetentionRules(Duration.ofDays(400), Duration.ofDays(30));
        RetentionPass pass = new RetentionPass(rules, database, Clock.systemUTC(), meters);
        boolean more = true;
        while (more) {
            double months = timeline(meters);
            long start = System.nanoTime();
            more = pass.batch();
            Duration time = Duration.ofNanos(System.nanoTime() - start);
            (timeline(meters) > months ? drops : batches).add(time);
            LockSupport.parkNanos(RetentionPass.PAUSE.toNanos());
        }
    }

    private static double timeline(SimpleMeterRegistry meters) {
        return meters.counter("perennial_deleted_rows_total", "table", "timeline")
                .count();
    }

    private static Latencies leases(Database database, int limit, AtomicBoolean done) {
        List<Duration> times = new ArrayList<>();
        while (!done.get() && times.size() < limit) {
            times.add(lease(database));
            LockSupport.parkNanos(BETWEEN_LEASES.toNanos());
        }
        return Latencies.of(times);
    }

    private static Duration lease(Database database) {
        long start = System.nanoTime();
        database.inTransaction(tx -> {
            Instant now = Instant.now();
            return new ScheduledTasks(tx).lease(ScheduledTask.RENEW, LEASED, now.plusSeconds(30), now);
        });
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Map<String, Size> sizes(Database database) {
        Map<String, Size> sizes = new TreeMap<>();
        for (String table : TABLES) {
            sizes.put(table, database.inTransaction(tx -> tx.createQuery("""
                            SELECT (SELECT count(*) FROM %1$s) AS n,
                                pg_total_relation_size('%1$s') + coalesce((SELECT sum(pg_total_relation_size(inhrelid))
                                    FROM pg_inherits WHERE inhparent = '%1$s'::regclass), 0) AS bytes""".formatted(table))
                    .map((row, context) -> new Size(row.getLong("n"), row.getLong("bytes")))
                    .one()));
        }
        return sizes;
    }
}
