package dev.perennial.platform.messaging;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Down while records wait for a dead-letter topic that does not accept them. */
@Readiness
@ApplicationScoped
class DeadLetterCheck implements HealthCheck {
    private final RecordProcessor processor;

    DeadLetterCheck(RecordProcessor processor) {
        this.processor = processor;
    }

    @Override
    public HealthCheckResponse call() {
        Set<String> unwritten = processor.unwritten();
        var response = HealthCheckResponse.named("dead letters").status(unwritten.isEmpty());
        unwritten.stream().sorted().forEach(topic -> response.withData(topic, "accepts no record"));
        return response.build();
    }
}
