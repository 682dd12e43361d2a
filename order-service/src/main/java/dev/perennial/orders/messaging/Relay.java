package dev.perennial.orders.messaging;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Database;
import dev.perennial.platform.messaging.EventPublisher;
import dev.perennial.platform.telemetry.Spans;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Publishes the outbox. Only one replica is active: the one that holds the lease. It sends nothing after the end of its
 * lease; a record that was sent before is published once more by the next holder, which begins with the oldest
 * unpublished record of a key, so that first publications remain in order.
 *
 * <p>Records are sent, then marked: after a crash between the two they are sent again, and consumers ignore known
 * ids. Facts of one key are sent one after the other; keys do not wait for each other.
 */
final class Relay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    private static final Duration BETWEEN_PURGES = Duration.ofMinutes(10);
    /** Rows per statement, far below the statement timeout. */
    private static final int PURGE_BATCH = 5_000;

    private final Database database;
    private final RecordSender sender;
    private final OutboxConfig config;
    private final Clock clock;
    /** Until when, in {@code System.nanoTime()}: a correction of the clock must not lengthen a pause. */
    private final Map<String, Long> pausedKeys = new HashMap<>();

    private final RelayLease lease;
    private boolean active;
    /** In {@code System.nanoTime()}. */
    private long nextPurge = System.nanoTime();

    Relay(Database database, RecordSender sender, OutboxConfig config, Clock clock) {
        this.database = database;
        this.sender = sender;
        this.config = config;
        this.clock = clock;
        this.lease = new RelayLease(config.leaseTimeout());
    }

    /**
     * @return whether there may be more to send
     * @throws RetryLater if the database is unavailable; nothing is lost, and the next round starts again
     */
    boolean round() {
        try {
            List<UnpublishedRecord> batch = lease();
            if (!active) {
                return false;
            }
            List<Long> published = send(batch);
            mark(published);
            purge();
            return isFull(batch) && !published.isEmpty();
        } catch (RetryLater e) {
            // The lease remains: it ends by itself if the database remains unavailable.
            throw e;
        } catch (Throwable e) {
            // Another replica continues if this one cannot, whatever the cause.
            close();
            throw e;
        }
    }

    /** A lease counts only if its transaction was committed. */
    private List<UnpublishedRecord> lease() {
        try {
            return database.inTransaction(tx -> isActive(tx) ? next(tx) : List.of());
        } catch (RuntimeException e) {
            lease.discard();
            throw e;
        }
    }

    private boolean isActive(Handle tx) {
        boolean before = active;
        active = lease.acquire(tx);
        if (active != before) {
            LOG.infof("this replica %s the outbox", active ? "now publishes" : "no longer publishes");
        }
        return active;
    }

    private List<UnpublishedRecord> next(Handle tx) {
        long now = System.nanoTime();
        pausedKeys.values().removeIf(until -> until - now <= 0);
        return tx.createQuery("""
                WITH sized AS MATERIALIZED (
                    SELECT seq, coalesce(octet_length(data), 0) AS bytes FROM outbox
                    WHERE published_at IS NULL AND key <> ALL (:paused) ORDER BY seq LIMIT :batch),
                next AS (
                    SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS preceding FROM sized)
                SELECT seq, id, topic, key, type, source, time, data, initiator, traceparent
                FROM outbox JOIN next USING (seq) WHERE preceding < :bytes ORDER BY seq""")
                .bindArray("paused", String.class, List.copyOf(pausedKeys.keySet()))
                .bind("batch", config.maxBatch())
                .bind("bytes", config.maxBatchBytes())
                .map((row, context) -> UnpublishedRecord.of(row))
                .list();
    }

    private boolean isFull(List<UnpublishedRecord> batch) {
        return batch.size() == config.maxBatch()
                || batch.stream().mapToLong(UnpublishedRecord::bytes).sum() >= config.maxBatchBytes();
    }

    private List<Long> send(List<UnpublishedRecord> batch) {
        if (batch.isEmpty()) {
            return List.of();
        }
        Map<String, List<UnpublishedRecord>> byKey = new LinkedHashMap<>();
        batch.forEach(fact ->
                byKey.computeIfAbsent(fact.key(), key -> new ArrayList<>()).add(fact));
        Queue<Long> published = new ConcurrentLinkedQueue<>();
        Queue<String> stuck = new ConcurrentLinkedQueue<>();
        List<Uni<Void>> sequences = new ArrayList<>();
        byKey.forEach((key, facts) ->
                sequences.add(sequence(facts, published).onFailure().recoverWithUni(failure -> {
                    LOG.warnf(
                            failure,
                            "the broker did not accept a fact of %s; facts of this key are retried in %s",
                            key,
                            config.retryInterval());
                    stuck.add(key);
                    return Uni.createFrom().voidItem();
                })));
        Uni.join().all(sequences).andCollectFailures().await().indefinitely();
        long until = System.nanoTime() + config.retryInterval().toNanos();
        stuck.forEach(key -> pausedKeys.put(key, until));
        return List.copyOf(published);
    }

    /** Sends the facts of one key, each after the broker has acknowledged the previous one. */
    private Uni<Void> sequence(List<UnpublishedRecord> facts, Queue<Long> published) {
        Uni<Void> sequence = Uni.createFrom().voidItem();
        for (UnpublishedRecord fact : facts) {
            sequence = sequence.chain(() -> lease.isHeld()
                    ? send(fact).invoke(() -> published.add(fact.seq()))
                    : Uni.createFrom().voidItem());
        }
        return sequence;
    }

    private Uni<Void> send(UnpublishedRecord fact) {
        return sender.send(fact.topic(), fact.key(), fact.headers(), fact.value(), Spans.context(fact.traceparent()))
                .ifNoItem()
                .after(EventPublisher.ACKNOWLEDGEMENT_TIMEOUT)
                .fail();
    }

    /** Also after the end of the lease, because the records are published. */
    private void mark(List<Long> published) {
        if (!published.isEmpty()) {
            database.inTransaction(
                    tx -> tx.createUpdate("UPDATE outbox SET published_at = :now WHERE seq = ANY (:published)")
                            .bind("now", Columns.at(clock.instant()))
                            .bindArray("published", Long.class, published)
                            .execute());
        }
    }

    private void purge() {
        if (nextPurge - System.nanoTime() > 0) {
            return;
        }
        int rows = database.inTransaction(tx -> tx.createUpdate("""
                        DELETE FROM outbox WHERE seq IN (
                            SELECT seq FROM outbox WHERE published_at < :before ORDER BY published_at LIMIT :limit)""")
                .bind("before", Columns.at(retained(tx, config.publishedRetention())))
                .bind("limit", PURGE_BATCH)
                .execute());
        // Without its entry, a request that is delivered again would be a new one.
        int entries = database.inTransaction(tx -> Inbox.purge(tx, retained(tx, config.inboxRetention()), PURGE_BATCH));
        if (rows < PURGE_BATCH && entries < PURGE_BATCH) {
            nextPurge = System.nanoTime() + BETWEEN_PURGES.toNanos();
        }
    }

    private Instant retained(Handle tx, Duration retention) {
        return Database.earlierTime(tx, clock).minus(retention);
    }

    /** Releases the lease for another replica. */
    @Override
    public void close() {
        if (!active) {
            return;
        }
        active = false;
        try {
            database.inTransaction(tx -> {
                lease.release(tx);
                return tx;
            });
        } catch (RuntimeException e) {
            LOG.debug("the lease of the relay cannot be released; it ends by itself", e);
        }
    }
}
