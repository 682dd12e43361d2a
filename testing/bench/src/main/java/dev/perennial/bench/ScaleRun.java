package dev.perennial.bench;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
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
 * The order-service's own questions to a PostgreSQL with a million certificates in it, asked through its own classes; and how long it
 * takes to start there.
 */
final class ScaleRun {
    private static final Optional<Duration> DUE_LIMIT = Optional.of(Duration.ofMillis(50));
    private static final Optional<Duration> PAGE_LIMIT = Optional.of(Duration.ofMillis(200));
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    /** Many enough for a 95th percentile, and for plans that PostgreSQL makes for all values after some times. */
    private static final int TIMES = 40;

    /** Percent of all certificates. */
    private static final int MASS_EVENT = 15;

    private static final int ROUND = 64;

    /** How long something took, each of the times it was done. */
    record Measured(String what, Latencies times, Optional<Duration> limit) {}

    /**
     * @param plan of the scan for due renewals, as PostgreSQL tells it
     * @param dueRenewals how many there were
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
                String plan = QueryPlan.ofLease(database, ROUND);
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
                        "due renewals, " + ROUND + " leased",
                        DUE_LIMIT,
                        database,
                        (tx, turn) -> lease(tx, ScheduledTask.RENEW)),
                measure(
                        "due looks at windows, leased",
                        DUE_LIMIT,
                        database,
                        (tx, turn) -> lease(tx, ScheduledTask.POLL_ARI)),
                measure("due orders, " + ROUND + " locked", DUE_LIMIT, database, (tx, turn) -> new Orders(tx)
                        .due(ROUND, List.of(), Instant.now())),
                measure("overdue orders, 100", DUE_LIMIT, database, (tx, turn) -> new Orders(tx)
                        .overdue(100, Instant.now())),
                measure("gauge: states, once a minute", Optional.empty(), database, (tx, turn) -> new Orders(tx)
                        .count()),
                measure("gauge: waiting orders", Optional.empty(), database, (tx, turn) -> new Orders(tx)
                        .countWaiting()));
    }

    /** A CA that revokes asks for the replacement of a good part of all certificates within hours. */
    private Measured massEvent(Database database) {
        int due = rows * MASS_EVENT / 100;
        database.inTransaction(tx -> tx.createUpdate("""
                        UPDATE scheduled_task SET due_at = now() - interval '1 minute' WHERE kind = 'RENEW' AND certificate_id IN
                            (SELECT id FROM certificate ORDER BY fingerprint LIMIT :due)""").bind("due", due).execute());
        return measure(
                "due renewals, of %,d at once".formatted(due),
                Optional.empty(),
                database,
                (tx, turn) -> lease(tx, ScheduledTask.RENEW));
    }

    private static void lease(Handle tx, ScheduledTask task) {
        Instant now = Instant.now();
        new ScheduledTasks(tx).lease(task, ROUND, now.plusSeconds(3600), now);
    }

    private List<Measured> pages(Database database) {
        ScaleQueries questions = new ScaleQueries(rows);
        List<Position> places = database.inTransaction(questions::places);
        List<Measured> all = new ArrayList<>();
        questions
                .all()
                .forEach((what, criteria) -> all.add(measure(what, PAGE_LIMIT, database, (tx, turn) -> {
                    InventoryQuery query = criteria.get(turn % criteria.size());
                    // Every second time deep inside, where the order of the answer is that of the ids.
                    boolean deep = turn % 2 == 1 && !query.byExpiry();
                    new Inventory(tx)
                            .find(deep ? ScaleQueries.after(query, places.get(turn / 2 % places.size())) : query);
                })));
        return all;
    }

    private interface Errand {
        void run(Handle tx, int turn);
    }

    private static Measured measure(String what, Optional<Duration> limit, Database database, Errand errand) {
        List<Duration> times = new ArrayList<>();
        for (int i = 0; i < TIMES; i++) {
            int turn = i;
            times.add(timed(() -> database.inTransaction(tx -> {
                errand.run(tx, turn);
                return true;
            })));
        }
        return new Measured(what, Latencies.of(times), limit);
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
