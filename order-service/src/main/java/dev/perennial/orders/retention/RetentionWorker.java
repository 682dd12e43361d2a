package dev.perennial.orders.retention;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.rules.retention.RetentionRules;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Runs the retention for the lifetime of the process. */
@ApplicationScoped
class RetentionWorker {
    private final WakeupSignal signal = new WakeupSignal();
    private final Map<String, Instant> oldest = new ConcurrentHashMap<>();
    private final Database database;
    private final Clock clock;
    private final MeterRegistry meters;
    private final RetentionPass pass;
    private final Worker worker;

    RetentionWorker(Database database, RetentionConfig config, Clock clock, MeterRegistry meters) {
        RetentionRules rules = new RetentionRules(config.historyRetention(), config.inactiveRetention());
        this.database = database;
        this.clock = clock;
        this.meters = meters;
        this.pass = new RetentionPass(rules, database, clock, meters);
        this.worker = new Worker("retention", signal, config.passInterval(), this::round);
    }

    private boolean round() throws InterruptedException {
        if (pass.batch()) {
            signal.await(RetentionPass.PAUSE);
            return true;
        }
        Map<String, Instant> measured = database.inTransaction(OldestRows::of);
        // A table that is empty now has no oldest row.
        oldest.keySet().retainAll(measured.keySet());
        oldest.putAll(measured);
        return false;
    }

    void start(@Observes StartupEvent event) {
        for (String table : OldestRows.tables()) {
            Gauge.builder("perennial_oldest_row_seconds", () -> age(table))
                    .description("Age of the oldest row of a table with history, as measured after the last pass")
                    .tag("table", table)
                    .register(meters);
        }
        worker.start();
    }

    private double age(String table) {
        Instant at = oldest.get(table);
        return at == null ? 0 : Duration.between(at, clock.instant()).toSeconds();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
