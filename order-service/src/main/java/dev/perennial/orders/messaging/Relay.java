package dev.perennial.orders.messaging;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Database;
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
import org.jdbi.v3.core.JdbiException;

/**
 * Publishes the outbox. Only one replica is active: the one whose database session holds the advisory lock. It reads
 * and marks rows in that session, so that the loss of the session ends both.
 *
 * <p>Records are sent, then marked: after a crash between the two they are sent again, and consumers ignore known
 * ids. Facts of one key are sent one after the other; keys do not wait for each other.
 */
final class Relay implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Relay.class);
    /** The key of the advisory lock; it is unique in this database. */
    private static final long LOCK = 0x7065_7265_6e6e_0001L;

    private static final Duration SEND_LIMIT = Duration.ofSeconds(45);
    private static final Duration BETWEEN_PURGES = Duration.ofMinutes(10);

    private final Database database;
    private final RecordSender sender;
    private final OutboxConfig config;
    private final Clock clock;
    private final Map<String, Instant> pausedKeys = new HashMap<>();
    private Handle session;
    private Instant nextPurge = Instant.MIN;

    Relay(Database database, RecordSender sender, OutboxConfig config, Clock clock) {
        this.database = database;
        this.sender = sender;
        this.config = config;
        this.clock = clock;
    }

    /**
     * @return whether there may be more to send
     * @throws RetryLater if the database is unavailable; nothing is lost, and the next round starts again
     */
    boolean round() {
        try {
            if (!isActive()) {
                return false;
            }
            List<UnpublishedRecord> batch = next();
            List<Long> published = send(batch);
            mark(published);
            purge();
            return isFull(batch) && !published.isEmpty();
        } catch (JdbiException e) {
            close();
            throw Database.translated(e);
        } catch (Throwable e) {
            // Another replica continues if this one cannot, whatever the cause.
            close();
            throw e;
        }
    }

    private boolean isActive() {
        if (session != null) {
            return true;
        }
        Handle candidate = database.open();
        boolean locked = false;
        try {
            locked = candidate
                    .createQuery("SELECT pg_try_advisory_lock(:lock)")
                    .bind("lock", LOCK)
                    .mapTo(Boolean.class)
                    .one();
        } finally {
            if (!locked) {
                candidate.close();
            }
        }
        if (locked) {
            session = candidate;
            LOG.info("this replica now publishes the outbox");
        }
        return locked;
    }

    private List<UnpublishedRecord> next() {
        Instant now = clock.instant();
        pausedKeys.values().removeIf(until -> !until.isAfter(now));
        return session.createQuery("""
                WITH sized AS MATERIALIZED (
                    SELECT seq, coalesce(octet_length(data), 0) AS bytes FROM outbox
                    WHERE published_at IS NULL AND key <> ALL (:paused) ORDER BY seq LIMIT :batch),
                next AS (
                    SELECT seq, sum(bytes) OVER (ORDER BY seq) - bytes AS preceding FROM sized)
                SELECT seq, id, topic, key, type, source, time, data, traceparent
                FROM outbox JOIN next USING (seq) WHERE preceding < :bytes ORDER BY seq""")
                .bind("bytes", config.maxBatchBytes())
                .bindArray("paused", String.class, List.copyOf(pausedKeys.keySet()))
                .bind("batch", config.maxBatch())
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
        Instant until = clock.instant().plus(config.retryInterval());
        stuck.forEach(key -> pausedKeys.put(key, until));
        return List.copyOf(published);
    }

    /** Sends the facts of one key, each after the broker has acknowledged the previous one. */
    private Uni<Void> sequence(List<UnpublishedRecord> facts, Queue<Long> published) {
        Uni<Void> sequence = Uni.createFrom().voidItem();
        for (UnpublishedRecord fact : facts) {
            sequence = sequence.chain(() -> sender.send(
                                    fact.topic(),
                                    fact.key(),
                                    fact.headers(),
                                    fact.value(),
                                    Spans.context(fact.traceparent()))
                            .ifNoItem()
                            .after(SEND_LIMIT)
                            .fail())
                    .invoke(() -> published.add(fact.seq()));
        }
        return sequence;
    }

    private void mark(List<Long> published) {
        if (!published.isEmpty()) {
            session.createUpdate("UPDATE outbox SET published_at = :now WHERE seq = ANY (:published)")
                    .bind("now", Columns.at(clock.instant()))
                    .bindArray("published", Long.class, published)
                    .execute();
        }
    }

    private void purge() {
        Instant now = clock.instant();
        if (now.isBefore(nextPurge)) {
            return;
        }
        session.createUpdate("DELETE FROM outbox WHERE published_at < :before")
                .bind("before", Columns.at(now.minus(config.publishedRetention())))
                .execute();
        Inbox.purge(session, now.minus(config.inboxRetention()));
        nextPurge = now.plus(BETWEEN_PURGES);
    }

    /** Releases the lock for another replica. */
    @Override
    public void close() {
        if (session == null) {
            return;
        }
        try (Handle closing = session) {
            session = null;
            // The connection returns to a pool and would keep the lock.
            closing.execute("SELECT pg_advisory_unlock_all()");
        } catch (RuntimeException e) {
            LOG.debug("the session of the relay is closed, which releases its lock", e);
        }
    }
}
