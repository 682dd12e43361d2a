package dev.perennial.orders.database;

import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.platform.messaging.Retry;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Lets consumers wait while the database is unavailable, so that no record becomes a dead letter because of an
 * outage. They also wait for a row that another transaction has locked, and the records after it wait with them.
 */
@Singleton
public class DatabaseWaits {
    private static final Logger LOG = Logger.getLogger(DatabaseWaits.class);
    private static final Retry RETRY = new Retry(Duration.ofMillis(100), Duration.ofSeconds(3), Duration.ofDays(30));
    /** No transaction of the service lasts as long. */
    private static final Duration LONG_LOCK = Duration.ofMinutes(1);

    private final Clock clock;
    private final MeterRegistry meters;
    private final LongSupplier nanoTime;

    @Inject
    public DatabaseWaits(Clock clock, MeterRegistry meters) {
        this(clock, meters, System::nanoTime);
    }

    DatabaseWaits(Clock clock, MeterRegistry meters, LongSupplier nanoTime) {
        this.clock = clock;
        this.meters = meters;
        this.nanoTime = nanoTime;
    }

    /**
     * Repeats the work until the database has done it.
     *
     * @param what the record, for the log
     */
    public <T> T call(String what, Supplier<T> work) {
        Wait wait = new Wait(what, clock.instant(), nanoTime.getAsLong(), new LimitedLog(Duration.ofMinutes(10)));
        return RETRY.call(what, clock, () -> {
            try {
                return work.get();
            } catch (RetryLater e) {
                if (Database.isLocked(e)) {
                    reportLock(wait, Database.lockedRow(e));
                }
                throw e;
            }
        });
    }

    /**
     * A record that waits. It delays its channel, so each has its own limit of log lines.
     *
     * @param startedAt by {@link #nanoTime}, because the clock may be corrected during the wait
     */
    private record Wait(String what, Instant since, long startedAt, LimitedLog log) {}

    private void reportLock(Wait wait, String row) {
        meters.counter("perennial_lock_timeouts_total").increment();
        if (nanoTime.getAsLong() - wait.startedAt() < LONG_LOCK.toNanos()) {
            return;
        }
        wait.log()
                .ifDue(skipped -> LOG.errorf(
                        "ALARM: %s has waited since %s for a row that another transaction has locked (%s); the records after it on"
                                + " its channel wait too. It continues when the row is free. End the transaction that holds the"
                                + " lock; see docs/operating/database.md#locked-rows",
                        wait.what(), wait.since(), row));
    }
}
