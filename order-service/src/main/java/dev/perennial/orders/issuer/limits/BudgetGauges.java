package dev.perennial.orders.issuer.limits;

import dev.perennial.events.ErrorCode;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.orders.store.DueOrders;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Gauges of waiting orders and of names in quarantine, counted on a timer. An alert should watch the names in
 * quarantine.
 */
@ApplicationScoped
class BudgetGauges {
    private static final Duration EVERY = Duration.ofSeconds(10);

    private final MeterRegistry meters;
    private final Worker worker;
    private volatile Map<String, Long> names = Map.of();
    private volatile Map<String, Long> waiting = Map.of();

    BudgetGauges(Database database, MeterRegistry meters) {
        this.meters = meters;
        this.worker = new Worker("budget-gauges", new WakeupSignal(), EVERY, () -> {
            names = database.inTransaction(tx -> new FailingNames(tx).count());
            waiting = database.inTransaction(tx -> new DueOrders(tx).countWaiting());
            return false;
        });
    }

    void start(@Observes StartupEvent event) {
        Gauge.builder(
                        "perennial_quarantined_names",
                        () -> names.values().stream().mapToLong(Long::longValue).sum())
                .description("Names in quarantine because of repeated failures, as counted last")
                .register(meters);
        for (ErrorCode code :
                List.of(ErrorCode.WAITING_FOR_BUDGET, ErrorCode.NAME_QUARANTINED, ErrorCode.WAITING_FOR_CAPACITY)) {
            Gauge.builder("perennial_waiting_orders", () -> waiting.getOrDefault(code.wireName(), 0L))
                    .description("Orders that may not be placed yet, by the reason, as counted last")
                    .tag("code", code.wireName())
                    .register(meters);
        }
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
