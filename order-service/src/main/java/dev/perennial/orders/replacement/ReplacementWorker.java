package dev.perennial.orders.replacement;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.platform.telemetry.MetricLabels;
import dev.perennial.rules.replacement.ItemState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Advances the runs for the lifetime of the process, and provides gauges of their items. */
@ApplicationScoped
class ReplacementWorker {
    private static final Duration COUNT_EVERY = Duration.ofSeconds(10);

    private final MeterRegistry meters;
    private final List<Worker> workers;
    private volatile Map<ItemState, Integer> counts = Map.of();

    ReplacementWorker(ReplacementRuns runs, Database database, ReplacementConfig config, MeterRegistry meters) {
        this.meters = meters;
        this.workers = List.of(
                new Worker("replacement", new WakeupSignal(), config.pollInterval(), runs::round),
                new Worker("replacement-gauges", new WakeupSignal(), COUNT_EVERY, () -> {
                    counts = count(database);
                    return false;
                }));
    }

    private static Map<ItemState, Integer> count(Database database) {
        return database.inTransaction(tx -> {
            Map<ItemState, Integer> sum = new EnumMap<>(ItemState.class);
            for (UUID id : new ReplacementTable(tx).unfinished()) {
                new ReplacementItems(tx, id).count().forEach((state, n) -> sum.merge(state, n, Integer::sum));
            }
            return sum;
        });
    }

    void start(@Observes StartupEvent event) {
        for (ItemState state : ItemState.values()) {
            Gauge.builder("perennial_replacement_items", () -> counts.getOrDefault(state, 0))
                    .description("Certificates of replacements that have not ended, by state, as counted last")
                    .tag("state", MetricLabels.value(state))
                    .register(meters);
        }
        workers.forEach(Worker::start);
    }

    void stop(@Observes ShutdownEvent event) {
        workers.forEach(Worker::close);
    }
}
