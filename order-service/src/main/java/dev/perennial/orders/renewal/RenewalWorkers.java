package dev.perennial.orders.renewal;

import dev.perennial.orders.work.Signal;
import dev.perennial.orders.work.Worker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;

/** Keeps certificates being looked at for the life of the process. */
@ApplicationScoped
class RenewalWorkers {
    private final List<Worker> workers;

    RenewalWorkers(Renewer renewer, RenewalConfig config) {
        this.workers = List.of(new Worker("renewer", new Signal(), config.poll(), renewer::round));
    }

    void start(@Observes StartupEvent event) {
        workers.forEach(Worker::start);
    }

    void stop(@Observes ShutdownEvent event) {
        workers.forEach(Worker::close);
    }
}
