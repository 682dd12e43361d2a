package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateIssued;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.StoredOrder;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Schedules the tasks of a certificate after its issuance. */
public final class PostIssuanceTasks {
    private final Handle tx;

    public PostIssuanceTasks(Handle tx) {
        this.tx = tx;
    }

    /** @param order the order that issued it */
    public void begin(CertificateIssued fact, StoredOrder order, Instant now) {
        new IssuedCertificates(tx).add(fact, order, now);
        ScheduledTasks tasks = new ScheduledTasks(tx);
        Instant expires = fact.notAfter();
        // Due at once: the renewer computes the renewal time and reschedules the task.
        tasks.set(fact.certificateId(), ScheduledTask.RENEW, now, expires, now);
        tasks.set(fact.certificateId(), ScheduledTask.POLL_ARI, now, expires, now);
        tasks.set(fact.certificateId(), ScheduledTask.CHECK_STATUS, now, expires, now);
    }
}
