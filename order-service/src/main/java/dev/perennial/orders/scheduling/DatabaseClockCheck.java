package dev.perennial.orders.scheduling;

import dev.perennial.orders.database.Database;
import dev.perennial.platform.messaging.LimitedLog;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.jboss.logging.Logger;

/**
 * Compares the clock of this replica with the database's. Work begins by the earlier of the two, so one that is behind
 * delays it, and nothing else shows that.
 */
@ApplicationScoped
class DatabaseClockCheck {
    private static final Logger LOG = Logger.getLogger(DatabaseClockCheck.class);
    private static final Duration EVERY = Duration.ofMinutes(1);
    private static final Duration TOLERANCE = Duration.ofMinutes(1);

    private final Database database;
    private final Clock clock;
    private final LimitedLog log = new LimitedLog(Duration.ofMinutes(10));
    private final Worker worker;
    /** Positive if this clock is ahead of the database's. */
    private volatile Duration difference = Duration.ZERO;

    DatabaseClockCheck(Database database, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.clock = clock;
        this.worker = new Worker("database-clock", new WakeupSignal(), EVERY, this::round);
        Gauge.builder("perennial_clock_difference_seconds", () -> difference.toMillis() / 1000.0)
                .description("By how much the clock of this replica is ahead of the database's, as measured last")
                .register(meters);
    }

    void start(@Observes StartupEvent event) {
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }

    boolean round() {
        difference = database.inTransaction(tx -> Duration.between(
                tx.createQuery("SELECT clock_timestamp()")
                        .mapTo(OffsetDateTime.class)
                        .one()
                        .toInstant(),
                clock.instant()));
        if (difference.abs().compareTo(TOLERANCE) > 0) {
            log.ifDue(skipped -> LOG.errorf(
                    "ALARM: the clock of this replica is %d s %s the clock of the database. Work begins by the earlier of"
                            + " the two, so everything is late if one of them is behind. Correct the wrong clock; see"
                            + " docs/operating/database.md#clocks",
                    difference.abs().toSeconds(), difference.isNegative() ? "behind" : "ahead of"));
        }
        return false;
    }
}
