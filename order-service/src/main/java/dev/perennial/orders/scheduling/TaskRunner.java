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
 * Runs tasks that are due, each on its own virtual thread, because they call remote services. If the action does not
 * reschedule its task, because it fails or the process ends, the task runs again when its lease ends.
 */
public final class TaskRunner {
    private static final Logger LOG = Logger.getLogger(TaskRunner.class);

    private final Database database;
    private final ScheduledTask task;
    private final int inFlight;
    private final Duration lease;
    private final Clock clock;
    private final Consumer<CertificateId> action;
    private final Semaphore free;

    /** @param lease longer than the action can take */
    public TaskRunner(
            Database database,
            ScheduledTask task,
            int inFlight,
            Duration lease,
            Clock clock,
            Consumer<CertificateId> action) {
        this.database = database;
        this.task = task;
        this.inFlight = inFlight;
        this.lease = lease;
        this.clock = clock;
        this.action = action;
        this.free = new Semaphore(inFlight);
    }

    /** @return whether more tasks may be due, and threads are free */
    public boolean round() {
        int room = free.drainPermits();
        if (room == 0) {
            return false;
        }
        int taken = 0;
        try {
            List<CertificateId> due = database.inTransaction(tx -> {
                Instant now = Database.earlierTime(tx, clock);
                return new ScheduledTasks(tx).lease(task, room, now.plus(lease), now);
            });
            for (CertificateId certificate : due) {
                Thread.ofVirtual().name(task + "-", 0).start(() -> run(certificate));
                taken++;
            }
        } finally {
            free.release(room - taken);
        }
        return taken == room;
    }

    private void run(CertificateId certificate) {
        try {
            action.accept(certificate);
        } catch (RetryLater e) {
            LOG.warnf(
                    "task %1$s of certificate %2$s cannot run now: %4$s; it runs again within %3$s",
                    task, certificate, lease, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "task %s of certificate %s failed; it runs again within %s", task, certificate, lease);
        } finally {
            free.release();
        }
    }

    /** @return the number of running actions */
    public int inFlight() {
        return inFlight - free.availablePermits();
    }
}
