package dev.perennial.orders.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.parts.Postgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.Test;

class DatabaseIT {
    private final Database database = Postgres.database();
    private final DatabaseWaits waits = new DatabaseWaits(Clock.systemUTC(), new SimpleMeterRegistry());
    private final AtomicInteger tries = new AtomicInteger();

    @Test
    void doesNotRetryAfterAPermanentDatabaseError() {
        requireDefect("SELECT CAST('\\u0000' AS jsonb) ->> 0 FROM (SELECT '[\"\\u0000\"]'::jsonb ->> 0) t");
        requireDefect("INSERT INTO inbox (source, id) VALUES ('s', NULL)");
        requireDefect("SELECT 1 / 0");
        requireDefect("SELECT nothing FROM nowhere");
        assertThat(tries).hasValue(4);
    }

    @Test
    void limitsRetriesAfterUniqueViolations() {
        run("CREATE TABLE raced (id int PRIMARY KEY)");
        run("INSERT INTO raced VALUES (1)");
        tries.set(0);

        requireDefect("INSERT INTO raced VALUES (1)");

        assertThat(tries).hasValue(5);
    }

    @Test
    void throwsRetryLaterForTransientErrors() {
        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> run("DO $$ BEGIN RAISE EXCEPTION 'deadlock' USING ERRCODE = '40P01'; END $$"));
        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> run("DO $$ BEGIN RAISE EXCEPTION 'stopping' USING ERRCODE = '57P01'; END $$"));
    }

    @Test
    void callsTheListenerOnceAfterTheCommit() {
        List<Change> changes = new ArrayList<>();
        Database announcing = new Database(Postgres.empty(), changes::add);

        announcing.inTransaction(tx -> {
            Change.ORDER_DUE.announce(tx);
            Change.ORDER_DUE.announce(tx);
            assertThat(changes).isEmpty();
            return tx;
        });

        assertThat(changes).containsExactly(Change.ORDER_DUE);
        announcing.inTransaction(tx -> tx.execute("SELECT 1"));
        assertThat(changes).as("a transaction without an announcement").hasSize(1);
    }

    @Test
    void doesNotCallTheListenerAfterARollback() {
        List<Change> changes = new ArrayList<>();
        Database announcing = new Database(Postgres.empty(), changes::add);

        assertThatExceptionOfType(JdbiException.class)
                .isThrownBy(() -> announcing.inTransaction(tx -> {
                    Change.FACT_WRITTEN.announce(tx);
                    return tx.execute("SELECT 1 / 0");
                }));

        assertThat(changes).isEmpty();
    }

    private void requireDefect(String sql) {
        assertThatExceptionOfType(JdbiException.class).isThrownBy(() -> waits.call("a defect", () -> run(sql)));
    }

    private int run(String sql) {
        return database.inTransaction(tx -> execute(tx, sql));
    }

    private int execute(Handle tx, String sql) {
        tries.incrementAndGet();
        return tx.execute(sql);
    }
}
