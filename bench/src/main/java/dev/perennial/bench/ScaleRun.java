package dev.perennial.bench;

import dev.perennial.events.Identifier;
import dev.perennial.orders.chores.Chore;
import dev.perennial.orders.chores.Chores;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.Orders;
import dev.perennial.orders.inventory.Question;
import dev.perennial.orders.inventory.Question.Position;
import dev.perennial.orders.inventory.StateName;
import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;

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

    private static final int PAGE = 50;
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
                String plan = plan(database);
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
                        (tx, turn) -> lease(tx, Chore.RENEW)),
                measure("due looks at windows, leased", DUE_LIMIT, database, (tx, turn) -> lease(tx, Chore.POLL_ARI)),
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
                        UPDATE chore SET due_at = now() - interval '1 minute' WHERE chore = 'RENEW' AND certificate_id IN
                            (SELECT id FROM certificate ORDER BY fingerprint LIMIT :due)""").bind("due", due).execute());
        return measure(
                "due renewals, of %,d at once".formatted(due),
                Optional.empty(),
                database,
                (tx, turn) -> lease(tx, Chore.RENEW));
    }

    private static void lease(Handle tx, Chore chore) {
        Instant now = Instant.now();
        new Chores(tx).lease(chore, ROUND, now.plusSeconds(3600), now);
    }

    private List<Measured> pages(Database database) {
        List<Position> places = database.inTransaction(this::places);
        List<Measured> all = new ArrayList<>();
        questions()
                .forEach((what, criteria) -> all.add(measure(what, PAGE_LIMIT, database, (tx, turn) -> {
                    Question question = criteria.get(turn % criteria.size());
                    // Every second time deep inside, where the order of the answer is that of the ids.
                    boolean deep = turn % 2 == 1 && !question.byExpiry();
                    new Inventory(tx).find(deep ? after(question, places.get(turn / 2 % places.size())) : question);
                })));
        return all;
    }

    private List<Position> places(Handle tx) {
        List<Position> places = new ArrayList<>();
        for (int part = 1; part < 10; part += 2) {
            places.add(new Position(
                    Optional.empty(),
                    new dev.perennial.events.CertificateId(
                            tx.createQuery("SELECT id FROM certificate ORDER BY id OFFSET :n LIMIT 1")
                                    .bind("n", (long) rows * part / 10)
                                    .mapTo(UUID.class)
                                    .one())));
        }
        return places;
    }

    /** Owners with a quarter, a twentieth, a five-hundredth and a thousandth of all, and one that nobody knows. */
    private Map<String, List<Question>> questions() {
        List<String> owners = List.of("team-000", "team-001", "team-060", "team-199", "team-x");
        List<StateName> states = List.of(StateName.values());
        List<Instant> times = List.of(inDays(0.01), inDays(1), inDays(7), inDays(30), inDays(90));
        List<Identifier> covered =
                List.of(identifier(rows / 2), identifier(rows), Identifier.dns("unknown.example.org"));
        List<String> parts = List.of("shop", "er-777", name(rows / 2).substring(3), "777", "zebra");
        Map<String, List<Question>> all = new LinkedHashMap<>();
        all.put("list, all", List.of(Question.all(PAGE)));
        all.put(
                "list by name",
                List.of(ask(null, name(rows / 2), null, null, null), ask(null, "nobody", null, null, null)));
        all.put(
                "list by owner",
                owners.stream().map(it -> ask(it, null, null, null, null)).toList());
        all.put(
                "list by state",
                states.stream().map(it -> ask(null, null, it, null, null)).toList());
        all.put(
                "list by expiry",
                times.stream().map(it -> ask(null, null, null, it, null)).toList());
        all.put(
                "search by identifier",
                covered.stream().map(it -> ask(null, null, null, null, it)).toList());
        all.put(
                "search by part of the name",
                parts.stream().map(it -> part(null, it, null)).toList());
        all.put("part of the name + owner", pairs(owners, parts, (owner, it) -> part(owner, it, null)));
        all.put("part of the name + state", pairs(states, parts, (state, it) -> part(null, it, state)));
        all.put("owner + state", pairs(owners, states, (owner, it) -> ask(owner, null, it, null, null)));
        all.put("owner + expiry", pairs(owners, times, (owner, it) -> ask(owner, null, null, it, null)));
        all.put("state + expiry", pairs(states, times, (state, it) -> ask(null, null, state, it, null)));
        all.put(
                "owner + state + expiry",
                pairs(owners, states, (owner, it) -> ask(owner, null, it, times.get(it.ordinal() % 5), null)));
        return all;
    }

    private static <A, B> List<Question> pairs(
            List<A> some, List<B> others, java.util.function.BiFunction<A, B, Question> question) {
        List<Question> all = new ArrayList<>();
        for (A one : some) {
            others.forEach(other -> all.add(question.apply(one, other)));
        }
        return all;
    }

    private static Question ask(String owner, String name, StateName state, Instant expires, Identifier covers) {
        return new Question(
                Optional.ofNullable(name),
                Optional.empty(),
                Optional.ofNullable(owner),
                Optional.ofNullable(state),
                Optional.ofNullable(covers),
                Optional.ofNullable(expires),
                Optional.empty(),
                PAGE);
    }

    private static Question part(String owner, String part, StateName state) {
        return new Question(
                Optional.empty(),
                Optional.of(part),
                Optional.ofNullable(owner),
                Optional.ofNullable(state),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                PAGE);
    }

    private static Question after(Question question, Position place) {
        return new Question(
                question.name(),
                question.nameContains(),
                question.owner(),
                question.state(),
                question.covers(),
                question.expiresBefore(),
                Optional.of(place),
                question.limit());
    }

    private static Instant inDays(double days) {
        return Instant.now().plusSeconds((long) (days * 86_400));
    }

    /** As {@code scale-rows.sql} makes them. */
    private static String name(int i) {
        return List.of("shop", "api", "www", "mail", "login", "cdn", "search", "ledger")
                        .get(i % 8) + "-" + i;
    }

    private static Identifier identifier(int i) {
        return Identifier.dns("www." + name(i) + ".example-" + i % 50_000 + ".com");
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
                tx -> tx.createQuery("SELECT count(*) FROM chore WHERE chore = 'RENEW' AND due_at <= now()")
                        .mapTo(Long.class)
                        .one());
    }

    /** Of the statement that the product itself sends; whatever it does is undone. */
    private static String plan(Database database) {
        try (Handle connection = database.open()) {
            connection.begin();
            String[] sent = new String[1];
            listen(connection, context -> sent[0] = context.getRenderedSql());
            Instant now = Instant.now();
            new Chores(connection).lease(Chore.RENEW, ROUND, now.plusSeconds(3600), now);
            connection.rollback();
            connection.begin();
            List<String> plan = connection
                    .createQuery("EXPLAIN (ANALYZE, BUFFERS) " + sent[0])
                    .bind("chore", Chore.RENEW.name())
                    .bind("limit", ROUND)
                    .bind("now", Columns.at(now))
                    .bind("lease", Columns.at(now.plusSeconds(3600)))
                    .mapTo(String.class)
                    .list();
            connection.rollback();
            return String.join("\n", plan);
        }
    }

    private static void listen(Handle connection, Consumer<StatementContext> listener) {
        connection.getConfig(SqlStatements.class).setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                listener.accept(context);
            }
        });
    }
}
