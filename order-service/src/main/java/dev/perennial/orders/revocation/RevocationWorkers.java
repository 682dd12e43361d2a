package dev.perennial.orders.revocation;

import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.scheduling.Worker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** Keeps the work on revocations going for the life of the process. */
@ApplicationScoped
class RevocationWorkers {
    private final Worker worker;

    RevocationWorkers(RevocationTask work, RevocationConfig config, Wakeups wakeups) {
        this.worker = new Worker("revocations", wakeups.revocationDue(), config.poll(), work::round);
    }

    void start(@Observes StartupEvent event) {
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
