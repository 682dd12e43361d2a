package dev.perennial.orders.revocation;

import dev.perennial.orders.database.Change;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.scheduling.Worker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Processes revocations for the lifetime of the process. */
@ApplicationScoped
class RevocationWorkers {
    private final Worker worker;

    RevocationWorkers(RevocationTask work, RevocationConfig config, Wakeups wakeups) {
        this.worker = new Worker("revocations", wakeups.on(Change.REVOCATION_DUE), config.pollInterval(), work::round);
    }

    void start(@Observes StartupEvent event) {
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
