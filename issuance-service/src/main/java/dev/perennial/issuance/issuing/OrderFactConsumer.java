package dev.perennial.issuance.issuing;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.EnumSet;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** The way in for what the order-service says about orders after the issuance, or instead of it. Acknowledged when it is done. */
@ApplicationScoped
class OrderFactConsumer {
    static final String CHANNEL = "orders";
    static final String WORKER = "given-up";

    private static final Set<EventType> WANTED =
            EnumSet.of(EventType.ORDER_FAILED, EventType.ORDER_REHEARSED, EventType.DEPLOYMENT_OVERDUE);

    private final EventReader reader;
    private final OrderSecretCleanup givenUp;
    private final OverdueDeploymentHandler overdue;

    @Inject
    OrderFactConsumer(
            EventReader reader,
            SecretStore secrets,
            IssuancePublisher topic,
            IssuanceConfig config,
            MeterRegistry meters) {
        this.reader = reader;
        this.givenUp = new OrderSecretCleanup(secrets, config, meters);
        this.overdue = new OverdueDeploymentHandler(secrets, topic, config, meters);
    }

    @Incoming(CHANNEL)
    @RunOnVirtualThread
    @Blocking(value = WORKER, ordered = false)
    void on(ConsumerRecord<String, byte[]> record) {
        reader.event(record, WANTED).ifPresent(event -> {
            if (event.data() instanceof OrderFact fact) {
                Context received = AuthorizedOrderConsumer.received(record);
                Shutdown.guard(() -> LogContext.with(fact, () -> serve(event, fact, received)));
            }
        });
    }

    private void serve(CloudEvent event, OrderFact fact, Context received) {
        if (fact instanceof OrderFailed failed) {
            givenUp.destroyKey(event, failed, received);
        } else if (fact instanceof OrderRehearsed rehearsed) {
            givenUp.destroyRehearsal(event, rehearsed, received);
        } else if (fact instanceof DeploymentOverdue late) {
            overdue.tellAgain(late, received);
        }
    }
}
