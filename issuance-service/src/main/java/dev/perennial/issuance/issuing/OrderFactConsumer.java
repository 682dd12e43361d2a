package dev.perennial.issuance.issuing;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.IssuanceFollowUp;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.signatures.SignedOrders;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Consumes order events that follow an issuance or end it. A record is acknowledged when it has been processed. */
@ApplicationScoped
class OrderFactConsumer {
    static final String CHANNEL = "orders";
    static final String WORKER = "order-events";

    private final EventReader reader;
    private final RecordProcessor processor;
    private final SignedOrders signedOrders;
    private final OrderSecretCleanup cleanup;
    private final OverdueDeploymentHandler overdue;

    @Inject
    OrderFactConsumer(
            EventReader reader,
            RecordProcessor processor,
            SignedOrders signedOrders,
            SecretStore secrets,
            IssuancePublisher topic,
            IssuanceConfig config,
            MeterRegistry meters) {
        this(
                reader,
                processor,
                signedOrders,
                secrets,
                topic,
                new Retry(config.initialRetryInterval(), config.maxRetryInterval(), config.retryTimeout()),
                meters);
    }

    OrderFactConsumer(
            EventReader reader,
            RecordProcessor processor,
            SignedOrders signedOrders,
            SecretStore secrets,
            IssuancePublisher topic,
            Retry retry,
            MeterRegistry meters) {
        this.reader = reader;
        this.processor = processor;
        this.signedOrders = signedOrders;
        this.cleanup = new OrderSecretCleanup(secrets, retry, meters);
        this.overdue = new OverdueDeploymentHandler(secrets, topic, retry, meters);
    }

    @Incoming(CHANNEL)
    @RunOnVirtualThread
    @Blocking(value = WORKER, ordered = false)
    CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::handle);
    }

    void handle(ConsumerRecord<String, byte[]> record) {
        reader.dispatch(record, IssuanceFollowUp.class, (event, fact) -> verified(record, event, fact)
                .ifPresent(it -> {
                    Context received = Initiators.in(AuthorizedOrderConsumer.received(record), event);
                    Shutdown.guard(() -> LogContext.with(it, () -> handle(event, it, received)));
                }));
    }

    /** A reminder with the order as it was signed, because it makes the key readable for its hosts. */
    private Optional<IssuanceFollowUp> verified(ConsumerRecord<?, ?> record, CloudEvent event, IssuanceFollowUp fact) {
        return fact instanceof DeploymentOverdue late
                ? signedOrders
                        .verified(record, event.type(), late.order())
                        .map(order -> new DeploymentOverdue(order, late.fingerprint(), late.hosts()))
                : Optional.of(fact);
    }

    private void handle(CloudEvent event, IssuanceFollowUp fact, Context received) {
        switch (fact) {
            case OrderFailed failed -> cleanup.destroyKey(event, failed, received);
            case OrderRehearsed rehearsed -> cleanup.destroyRehearsal(event, rehearsed, received);
            case DeploymentOverdue late -> overdue.republish(late, received);
        }
    }
}
