package dev.perennial.orders.status;

import dev.perennial.acme.AddressPolicy;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.TaskRunner;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.util.List;

/** Runs the checks for the lifetime of the process. */
@ApplicationScoped
class StatusWorkers {
    /** A check fetches up to a dozen URLs in sequence. */
    private static final int URLS = 12;

    private final Worker worker;

    StatusWorkers(Database database, StatusConfig config, Vertx vertx, Clock clock, MeterRegistry meters) {
        StatusFetch fetch = new StatusFetch(
                vertx, AddressPolicy.of(config.allowedNetworks().orElse(List.of())), config.requestTimeout());
        CrlCache lists = new CrlCache(fetch, config.maxListBytes(), config.maxCacheBytes(), config.maxListAge(), clock);
        StatusWatch watch = new StatusWatch(
                database,
                new StatusCheck(fetch, lists, clock),
                config.checkInterval(),
                config.retryInterval(),
                clock,
                meters);
        TaskRunner runner = new TaskRunner(
                database,
                ScheduledTask.CHECK_STATUS,
                config.maxConcurrent(),
                config.requestTimeout().multipliedBy(URLS + 1L),
                clock,
                watch::check);
        this.worker = new Worker("status", new WakeupSignal(), config.pollInterval(), runner::round);
    }

    void start(@Observes StartupEvent event) {
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
