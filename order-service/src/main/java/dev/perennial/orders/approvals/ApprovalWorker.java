package dev.perennial.orders.approvals;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Records expired approvals for the lifetime of the process, and counts the waiting ones. */
@ApplicationScoped
class ApprovalWorker {
    private final MeterRegistry meters;
    private final Worker worker;
    private volatile int waiting;

    ApprovalWorker(Approvals approvals, Database database, ApprovalsConfig config, MeterRegistry meters) {
        this.meters = meters;
        this.worker = new Worker("approvals", new WakeupSignal(), config.expiryInterval(), () -> {
            boolean more = approvals.expire();
            waiting = database.inTransaction(tx -> new ApprovalTable(tx).countWaiting());
            return more;
        });
    }

    void start(@Observes StartupEvent event) {
        Gauge.builder("perennial_approvals_waiting", () -> waiting)
                .description("Requests that wait for an approval, as counted last")
                .register(meters);
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
