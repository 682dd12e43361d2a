package dev.perennial.orders.issuer.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.Test;

/** The rows of the buckets in two concurrent transactions. */
class BucketsIT {
    private static final BucketKey KEY = new BucketKey("local", LimitKind.ACCOUNT_ORDERS, "");
    private static final Limit LIMIT = new Limit(3, Duration.ofHours(1));
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void waitsForTheBucketsOfAConcurrentTransaction() throws Exception {
        parts.database.inTransaction(tx -> take(tx, lock(tx)));

        CompletableFuture<Bucket> second = parts.database.inTransaction(tx -> {
            Bucket found = lock(tx);
            CompletableFuture<Bucket> beside = CompletableFuture.supplyAsync(
                    () -> parts.database.inTransaction(BucketsIT::lock),
                    work -> Thread.ofVirtual().start(work));
            // Either it waits for the row, or it has read an outdated one.
            awaitThat(beside);
            take(tx, found);
            return beside;
        });

        assertThat(second.get(20, TimeUnit.SECONDS).arrival()).isEqualTo(NOW.plus(Duration.ofMinutes(40)));
    }

    @Test
    void locksABucketThatTheRetentionDeletesBetweenItsStatements() {
        parts.database.inTransaction(tx -> take(tx, lock(tx)));
        AtomicBoolean deleted = new AtomicBoolean();

        try (Handle tx = parts.database.open();
                Handle retention = parts.database.open()) {
            tx.begin();
            tx.getConfig(SqlStatements.class).setSqlLogger(new SqlLogger() {
                @Override
                public void logAfterExecution(StatementContext context) {
                    if (!deleted.getAndSet(true)) {
                        InactiveLimits rows = new InactiveLimits(retention);
                        assertThat(rows.deleteBuckets(rows.buckets("", 10))).isEqualTo(1);
                    }
                }
            });

            assertThat(new Buckets(tx).lock(List.of(KEY))).containsEntry(KEY, Bucket.FULL);
            tx.rollback();
        }
    }

    @Test
    void storesThatABucketOpensAfterAWeekAtMost() {
        Instant tooLate = parts.clock.instant().plus(Duration.ofDays(40));
        parts.database.inTransaction(tx -> {
            new Buckets(tx).save(Map.of(KEY, Bucket.FULL.closed(tooLate)));
            return tx;
        });

        parts.database.inTransaction(BucketsIT::lock);

        Bucket stored = parts.database.inTransaction(
                tx -> new Buckets(tx).read(List.of(KEY)).get(KEY));
        assertThat(stored.closedUntil())
                .isBetween(
                        parts.clock.instant().plus(Duration.ofDays(6)),
                        parts.clock.instant().plus(Duration.ofDays(8)));
    }

    private static Bucket lock(Handle tx) {
        return new Buckets(tx).lock(List.of(KEY)).get(KEY);
    }

    private static Bucket take(Handle tx, Bucket found) {
        Bucket after = found.take(LIMIT, NOW);
        new Buckets(tx).save(Map.of(KEY, after));
        return after;
    }

    private void awaitThat(CompletableFuture<Bucket> beside) {
        Awaitility.await()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(20))
                .until(() -> beside.isDone() || isAnyTransactionBlocked());
    }

    /** Uses a separate connection: within a transaction the server returns the same snapshot of its activity. */
    private boolean isAnyTransactionBlocked() {
        try (Handle own = parts.database.open()) {
            return own.createQuery("""
                            SELECT count(*) FROM pg_stat_activity
                            WHERE datname = current_database() AND wait_event_type = 'Lock'""").mapTo(Long.class).one() > 0;
        }
    }
}
