package dev.perennial.orders.scheduling;

import dev.perennial.events.CertificateId;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * Does what is due, each on a virtual thread of its own: for chores that ask somebody. What is not set anew by its errand, because that
 * failed or the process died, is done again when its lease has run out.
 */
public final class TaskRunner {
    private static final Logger LOG = Logger.getLogger(TaskRunner.class);

    private final Database database;
    private final ScheduledTask task;
    private final int inFlight;
    private final Duration lease;
    private final Clock clock;
    private final Consumer<CertificateId> errand;
    private final Semaphore free;

    /** @param lease longer than an errand may take */
    public TaskRunner(
            Database database,
            ScheduledTask task,
            int inFlight,
            Duration lease,
            Clock clock,
            Consumer<CertificateId> errand) {
        this.database = database;
        this.task = task;
        this.inFlight = inFlight;
        this.lease = lease;
        this.clock = clock;
        this.errand = errand;
        this.free = new Semaphore(inFlight);
    }

    /** @return whether there may be more to do, and room to do it */
    public boolean round() {
        int room = free.drainPermits();
        if (room == 0) {
            return false;
        }
        int taken = 0;
        try {
            List<CertificateId> due = database.inTransaction(tx -> {
                Instant now = clock.instant();
                return new ScheduledTasks(tx).lease(task, room, now.plus(lease), now);
            });
            for (CertificateId certificate : due) {
                taken++;
                Thread.ofVirtual().name(task + "-", 0).start(() -> run(certificate));
            }
        } finally {
            free.release(room - taken);
        }
        return taken == room;
    }

    private void run(CertificateId certificate) {
        try {
            errand.accept(certificate);
        } catch (RetryLater e) {
            LOG.warnf("%s of certificate %s is done again within %s: %s", task, certificate, lease, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s of certificate %s failed; it is done again within %s", task, certificate, lease);
        } finally {
            free.release();
        }
    }

    /** @return errands that are being run */
    public int inFlight() {
        return inFlight - free.availablePermits();
    }
}
