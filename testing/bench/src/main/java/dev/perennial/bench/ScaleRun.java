package dev.perennial.bench;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.OrderDeadlines;
import dev.perennial.orders.store.Orders;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Measures the order-service's queries on a PostgreSQL with a million certificates, through its own classes, and its start time with
 * this database.
 */
final class ScaleRun {
    private static final Optional<Duration> DUE_LIMIT = Optional.of(Duration.ofMillis(50));
    private static final Optional<Duration> PAGE_LIMIT = Optional.of(Duration.ofMillis(200));
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /** Enough for a 95th percentile, and for PostgreSQL to switch to generic plans. */
    private static final int REPETITIONS = 40;

    /** Percentage of all certificates that become due at the same time. */
    private static final int MASS_EVENT_PERCENT = 15;

    private static final int BATCH = 64;

    /** The durations of all repetitions of an operation. */
    record Measured(String title, Latencies times, Optional<Duration> limit) {}

    /**
     * @param plan PostgreSQL's plan of the query for due renewals
     * @param dueRenewals number of due renewals
     */
    record Result(Duration filling, List<Measured> measured, String plan, long dueRenewals, Measured start) {}

    private final int rows;

    ScaleRun(int rows) {
        this.rows = rows;
    }

    Result run(Progress progress) throws IOException {
        try (Stack stack = Stack.builder().tracingDropped().progress(progress).start()) {
            stack.services().forEach(ServicePart::stop);
            try (ScaleDatabase source = ScaleDatabase.of(stack.postgres())) {
                Database database = source.database();
                Instant start = Instant.now();
                new ScaleRows(database).fill(rows);
                Duration filling = Duration.between(start, Instant.now());
                long due = dueRenewals(database);
                String plan = QueryPlan.ofLease(database, BATCH);
                List<Measured> measured = new ArrayList<>(scans(database));
                measured.addAll(pages(database));
                measured.add(massEvent(database));
                return new Result(filling, measured, plan, due, coldStart(stack));
            }
        }
    }

    private static Measured coldStart(Stack stack) {
        ServicePart service = stack.service("order-service");
        return new Measured(
                "order-service, process start to ready",
                Latencies.of(List.of(timed(service::start))),
                Optional.of(START_LIMIT));
    }

    private List<Measured> scans(Database database) {
        return List.of(
                measure(
                        "due renewals, " + BATCH + " leased",
                        DUE_LIMIT,
                        database,
                        (tx, repetition) -> lease(tx, ScheduledTask.RENEW)),
                measure(
                        "due polls of windows, leased",
                        DUE_LIMIT,
                        database,
                        (tx, repetition) -> lease(tx, ScheduledTask.POLL_ARI)),
                measure("due orders, " + BATCH + " locked", DUE_LIMIT, database, (tx, repetition) -> new DueOrders(tx)
                        .due(BATCH, List.of(), DueOrders.Available.NOTHING, Instant.now())),
                measure("overdue orders, 100", DUE_LIMIT, database, (tx, repetition) -> new OrderDeadlines(tx)
                        .overdue(100, List.of(), Instant.now())),
                measure("gauge: states, once a minute", Optional.empty(), database, (tx, repetition) -> new Orders(tx)
                        .count()),
                measure("gauge: waiting orders", Optional.empty(), database, (tx, repetition) -> new DueOrders(tx)
                        .countWaiting()));
    }

    /** Before a mass revocation a CA moves the windows of a large part of all certificates within hours. */
    private Measured massEvent(Database database) {
        int due = rows * MASS_EVENT_PERCENT / 100;
        database.inTransaction(tx -> tx.createUpdate("""
                        UPDATE scheduled_task SET due_at = now() - interval '1 minute' WHERE kind = 'RENEW' AND certificate_id IN
                            (SELECT id FROM certificate ORDER BY fingerprint LIMIT :due)""").bind("due", due).execute());
        return measure(
                "due renewals, %,d due together".formatted(due),
                Optional.empty(),
                database,
                (tx, repetition) -> lease(tx, ScheduledTask.RENEW));
    }

    private static void lease(Handle tx, ScheduledTask task) {
        Instant now = Instant.now();
        new ScheduledTasks(tx).lease(task, BATCH, now.plusSeconds(3600), now);
    }

    private List<Measured> pages(Database database) {
        ScaleQueries queries = new ScaleQueries(rows);
        List<Position> positions = database.inTransaction(queries::positions);
        List<Measured> all = new ArrayList<>();
        queries.all()
                .forEach((title, criteria) -> all.add(measure(title, PAGE_LIMIT, database, (tx, repetition) -> {
                    InventoryQuery query = criteria.get(repetition % criteria.size());
                    // Every second query starts at a later page; not if the result is sorted by expiry.
                    boolean deep = repetition % 2 == 1 && !query.byExpiry();
                    new Inventory(tx)
                            .find(
                                    deep
                                            ? ScaleQueries.after(
                                                    query, positions.get(repetition / 2 % positions.size()))
                                            : query);
                })));
        return all;
    }

    private interface Operation {
        void run(Handle tx, int repetition);
    }

    private static Measured measure(String title, Optional<Duration> limit, Database database, Operation operation) {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < REPETITIONS; i++) {
            int repetition = i;
            times.add(timed(() -> database.inTransaction(tx -> {
                operation.run(tx, repetition);
                return true;
            })));
        }
        return new Measured(title, Latencies.of(times), limit);
    }

    private static Duration timed(Runnable work) {
        long start = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static long dueRenewals(Database database) {
        return database.inTransaction(
                tx -> tx.createQuery("SELECT count(*) FROM scheduled_task WHERE kind = 'RENEW' AND due_at <= now()")
                        .mapTo(Long.class)
                        .one());
    }
}
