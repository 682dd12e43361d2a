package dev.perennial.orders.renewal;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.TaskRunner;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** Renews certificates and polls renewal information for the lifetime of the process. */
@ApplicationScoped
class RenewalWorkers {
    /** Longer than the duration of two requests to a CA. */
    private static final Duration POLL_LEASE = Duration.ofMinutes(3);

    private final List<Worker> workers;

    RenewalWorkers(
            Renewer renewer, RenewalInfoPoller renewalInfo, RenewalConfig config, Database database, Clock clock) {
        TaskRunner polls = new TaskRunner(
                database, ScheduledTask.POLL_ARI, config.maxConcurrentPolls(), POLL_LEASE, clock, renewalInfo::poll);
        this.workers = List.of(
                new Worker("renewer", new WakeupSignal(), config.pollInterval(), renewer::round),
                new Worker("renewal-info", new WakeupSignal(), config.pollInterval(), polls::round));
    }

    void start(@Observes StartupEvent event) {
        workers.forEach(Worker::start);
    }

    void stop(@Observes ShutdownEvent event) {
        workers.forEach(Worker::close);
    }
}
