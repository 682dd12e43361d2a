package dev.perennial.orders.scheduling;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;

/**
 * {@code DOWN} if a worker has not finished a round within {@code perennial.workers.max-round}, or its thread has
 * ended: only a restart helps then. An outage of the database or of Kafka does not cause this, because the round fails
 * and is repeated.
 */
@Liveness
@ApplicationScoped
class WorkersCheck implements HealthCheck {
    private final WorkersConfig config;

    WorkersCheck(WorkersConfig config) {
        this.config = config;
    }

    @Override
    public HealthCheckResponse call() {
        List<String> stalled = Worker.started()
                .filter(worker -> worker.isStalled(config.maxRound()))
                .map(Worker::name)
                .sorted()
                .toList();
        HealthCheckResponseBuilder response = HealthCheckResponse.named("workers");
        if (stalled.isEmpty()) {
            return response.up().build();
        }
        return response.down()
                .withData("no finished round within " + config.maxRound(), String.join(", ", stalled))
                .build();
    }
}
