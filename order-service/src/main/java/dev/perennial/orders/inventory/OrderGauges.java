package dev.perennial.orders.inventory;

import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.WakeupSignal;
import dev.perennial.orders.scheduling.Worker;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StateName;
import dev.perennial.platform.telemetry.MetricLabels;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Gauges of certificates by the state of their latest order. A timer counts them, because a scrape must not wait for
 * a query over a million rows, which takes a tenth of a second.
 */
@ApplicationScoped
class OrderGauges {
    private static final Duration EVERY = Duration.ofMinutes(1);

    private final Map<StateName, Long> counts = new ConcurrentHashMap<>();
    private final MeterRegistry meters;
    private final Worker worker;

    OrderGauges(Database database, MeterRegistry meters) {
        this.meters = meters;
        this.worker = new Worker("order-gauges", new WakeupSignal(), EVERY, () -> {
            counts.putAll(database.inTransaction(tx -> new Orders(tx).count()));
            return false;
        });
    }

    void start(@Observes StartupEvent event) {
        for (StateName name : StateName.values()) {
            Gauge.builder("perennial_orders", () -> counts.getOrDefault(name, 0L))
                    .description("Certificates by the state of their latest order, as counted last")
                    .tag("state", MetricLabels.value(name))
                    .register(meters);
        }
        worker.start();
    }

    void stop(@Observes ShutdownEvent event) {
        worker.close();
    }
}
