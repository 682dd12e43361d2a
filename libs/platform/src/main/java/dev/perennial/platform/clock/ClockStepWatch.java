package dev.perennial.platform.clock;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Ends the process if its clock is set back by more than a minute in total, so that it is started again. The Kafka client
 * measures heartbeats, connection attempts and retries with that clock, and uses no earlier time: it would wait until the
 * clock reaches its latest time again, and the consumers would stand still although the process looks healthy.
 */
@ApplicationScoped
public class ClockStepWatch {
    private static final Logger LOG = Logger.getLogger(ClockStepWatch.class);
    static final Duration TOLERANCE = Duration.ofMinutes(1);
    private static final long INTERVAL_SECONDS = 1;
    /** EX_SOFTWARE of sysexits.h. */
    private static final int EXIT_CODE = 70;

    private final LongSupplier wallMillis;
    private final Runnable end;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    /** The latest time of the clock. */
    private long latest = Long.MIN_VALUE;

    ClockStepWatch() {
        // Without a shutdown, whose time limits also depend on the clock. Every process may end at any line.
        this(System::currentTimeMillis, () -> Runtime.getRuntime().halt(EXIT_CODE));
    }

    ClockStepWatch(LongSupplier wallMillis, Runnable end) {
        this.wallMillis = wallMillis;
        this.end = end;
    }

    /** Before the Kafka clients start: at the boot of a machine, its clock is often set back. */
    void start(@Observes @Priority(1) StartupEvent event) {
        check();
        var unused = timer.scheduleWithFixedDelay(this::check, INTERVAL_SECONDS, INTERVAL_SECONDS, TimeUnit.SECONDS);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.shutdownNow();
    }

    void check() {
        long now = wallMillis.getAsLong();
        latest = Math.max(latest, now);
        long back = latest - now;
        if (back > TOLERANCE.toMillis()) {
            LOG.errorf(
                    "ALARM: the clock is %d s behind its latest time, because it was set back. This process ends with exit code %d, so that it is started"
                            + " again: its Kafka clients would wait for as long; see docs/operating/database.md#clocks",
                    TimeUnit.MILLISECONDS.toSeconds(back), EXIT_CODE);
            end.run();
        }
    }
}
