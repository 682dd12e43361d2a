package dev.perennial.orders.retention;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Deletes rows in the order of their positions. If a batch fails, smaller ones isolate the row that causes it, and the
 * pass continues after it: a row that is locked, or that cannot be deleted, does not delay the others.
 */
final class BatchedDeletion<P> implements RetentionTask {
    static final int MAX_BATCH = 500;
    /** Other transactions queue behind one that waits for a lock. */
    static final String LOCK_TIMEOUT = "SET LOCAL lock_timeout = '1s'";

    private static final Logger LOG = Logger.getLogger(BatchedDeletion.class);

    private final String kind;
    private final P start;
    private final Batch.Work<P> work;
    private final Database database;
    private final Clock clock;
    private final MeterRegistry meters;
    private P after;
    private int limit = MAX_BATCH;

    BatchedDeletion(String kind, P start, Batch.Work<P> work, Database database, Clock clock, MeterRegistry meters) {
        this.kind = kind;
        this.start = start;
        this.work = work;
        this.database = database;
        this.clock = clock;
        this.meters = meters;
        this.after = start;
    }

    @Override
    public String kind() {
        return kind;
    }

    @Override
    public void restart() {
        after = start;
        limit = MAX_BATCH;
    }

    @Override
    public boolean batch() {
        Attempt attempt = new Attempt();
        try {
            Batch<P> done = database.inTransaction(attempt::run);
            done.deleted().forEach((table, rows) -> meters.counter("perennial_deleted_rows_total", "table", table)
                    .increment(rows));
            after = done.position();
            limit = MAX_BATCH;
            return done.more();
        } catch (RuntimeException e) {
            P reached = attempt.batch == null ? after : attempt.batch.position();
            if (reached.equals(after)) {
                throw e;
            }
            if (attempt.batch.size() > 1) {
                limit = attempt.batch.size() / 2;
            } else {
                passOver(reached, e);
                after = reached;
                limit = MAX_BATCH;
            }
            return true;
        }
    }

    private void passOver(P row, RuntimeException e) {
        if (e instanceof RetryLater) {
            LOG.infof("the %s %s is locked; it is skipped until the next pass: %s", kind, row, e.getMessage());
            return;
        }
        meters.counter("perennial_undeletable_rows_total", "kind", kind).increment();
        LOG.errorf(
                e,
                "ALARM: the %s %s could not be deleted although its retention is over; it is tried again in the next"
                        + " pass, and the other rows are not affected; see docs/operating/retention.md#undeletable-rows",
                kind,
                row);
    }

    /** Remembers the batch, because a failed transaction returns nothing. */
    private final class Attempt {
        private Batch<P> batch;

        Batch<P> run(Handle tx) {
            tx.execute(LOCK_TIMEOUT);
            batch = new Batch<>(tx, Database.earlierTime(tx, clock), limit, after);
            work.run(batch);
            return batch;
        }
    }
}
