package dev.perennial.orders.retention;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.limits.InactiveLimits;
import dev.perennial.orders.store.EndedOrders;
import dev.perennial.orders.store.ExpiredCertificates;
import dev.perennial.rules.retention.RetentionRules;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Goes over all kinds of rows, one batch at a time. Replicas may do so at the same time: they leave out what another one
 * has locked. After a crash, the next pass begins at the oldest rows that are left.
 */
public final class RetentionPass {
    private static final Logger LOG = Logger.getLogger(RetentionPass.class);

    /** Between two batches, for the orders. With full batches, the limit is 2,500 certificates per second. */
    public static final Duration PAUSE = Duration.ofMillis(200);

    private final MeterRegistry meters;
    private final List<RetentionTask> tasks;
    private final Deque<RetentionTask> remaining = new ArrayDeque<>();

    public RetentionPass(RetentionRules rules, Database database, Clock clock, MeterRegistry meters) {
        this.meters = meters;
        HistoryDeletion history = new HistoryDeletion(rules);
        this.tasks = List.of(
                new TimelineMonths(rules, database, clock, meters),
                new BatchedDeletion<>(
                        "issued certificate",
                        ExpiredCertificates.Position.START,
                        history::certificates,
                        database,
                        clock,
                        meters),
                new BatchedDeletion<>("order", EndedOrders.Position.START, history::orders, database, clock, meters),
                new BatchedDeletion<>("replacement", new UUID(0, 0), history::replacements, database, clock, meters),
                new BatchedDeletion<>("access decision", 0L, history::accessDecisions, database, clock, meters),
                new BatchedDeletion<>("approval", new UUID(0, 0), history::approvals, database, clock, meters),
                new BatchedDeletion<>("rate limit bucket", "", history::buckets, database, clock, meters),
                new BatchedDeletion<>(
                        "failing name",
                        new InactiveLimits.NameKey("", ""),
                        history::failingNames,
                        database,
                        clock,
                        meters));
    }

    /**
     * Runs one batch; a new pass begins after the last one.
     *
     * @return whether the pass continues
     * @throws RetryLater if the database is unavailable
     */
    public boolean batch() {
        if (remaining.isEmpty()) {
            tasks.forEach(RetentionTask::restart);
            remaining.addAll(tasks);
        }
        RetentionTask task = remaining.getFirst();
        if (!more(task)) {
            remaining.removeFirst();
        }
        return !remaining.isEmpty();
    }

    private boolean more(RetentionTask task) {
        try {
            return task.batch();
        } catch (RetryLater e) {
            throw e;
        } catch (RuntimeException e) {
            meters.counter("perennial_undeletable_rows_total", "kind", task.kind())
                    .increment();
            LOG.errorf(
                    e,
                    "ALARM: the deletion of old rows (%s) failed; it is tried again in the next pass, and other kinds are not"
                            + " affected; see docs/operating/retention.md#undeletable-rows",
                    task.kind());
            return false;
        }
    }
}
