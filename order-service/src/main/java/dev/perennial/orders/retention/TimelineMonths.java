package dev.perennial.orders.retention;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.store.TimelinePartitions;
import dev.perennial.rules.retention.RetentionRules;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Drops the partitions of the timeline whose retention is over, and creates those of the next months. A lock that is
 * not free within a second leaves the rest to the next pass: entries without a partition go to the default one.
 */
final class TimelineMonths implements RetentionTask {
    private static final Logger LOG = Logger.getLogger(TimelineMonths.class);
    private static final int MONTHS_AHEAD = 2;
    /** A month with more entries in the default partition stays there: moving them would lock it for long. */
    private static final int MAX_MOVED = 10_000;

    private final RetentionRules rules;
    private final Database database;
    private final Clock clock;
    private final MeterRegistry meters;

    TimelineMonths(RetentionRules rules, Database database, Clock clock, MeterRegistry meters) {
        this.rules = rules;
        this.database = database;
        this.clock = clock;
        this.meters = meters;
    }

    private record Change(int deleted, boolean more) {
        static final Change NONE = new Change(0, false);
    }

    @Override
    public String kind() {
        return "timeline";
    }

    @Override
    public void restart() {}

    @Override
    public boolean batch() {
        try {
            Change change = database.inTransaction(this::change);
            meters.counter("perennial_deleted_rows_total", "table", "timeline").increment(change.deleted());
            return change.more();
        } catch (RetryLater e) {
            if (!Database.isLocked(e)) {
                throw e;
            }
            LOG.warnf(
                    "a month of the timeline could not be created or dropped within a second, because another transaction"
                            + " holds its lock; the next pass tries again; if this repeats, see"
                            + " docs/operating/retention.md#a-month-of-the-timeline-stays");
            return false;
        }
    }

    /** One change per transaction, so that locks are short. */
    private Change change(Handle tx) {
        tx.execute(BatchedDeletion.LOCK_TIMEOUT);
        TimelinePartitions partitions = new TimelinePartitions(tx);
        if (!partitions.lock()) {
            return Change.NONE;
        }
        Instant now = Database.earlierTime(tx, clock);
        List<YearMonth> months = partitions.months();
        Optional<YearMonth> over = months.stream()
                .filter(month -> rules.timeline(TimelinePartitions.end(month)).isOver(now))
                .findFirst();
        if (over.isPresent()) {
            return new Change(partitions.drop(over.get()), true);
        }
        int stray = partitions.deleteStray(now.minus(rules.history()), BatchedDeletion.MAX_BATCH);
        if (stray > 0) {
            return new Change(stray, true);
        }
        YearMonth current = YearMonth.from(now.atOffset(ZoneOffset.UTC));
        Optional<YearMonth> missing = Stream.iterate(current, month -> month.plusMonths(1))
                .limit(1L + MONTHS_AHEAD)
                .filter(month -> !months.contains(month) && partitions.hasFewStray(month, MAX_MOVED))
                .findFirst();
        missing.ifPresent(partitions::create);
        return new Change(0, missing.isPresent());
    }
}
