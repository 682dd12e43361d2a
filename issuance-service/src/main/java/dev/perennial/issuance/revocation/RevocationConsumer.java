package dev.perennial.issuance.revocation;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.issuance.issuing.IssuancePublisher;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Consumes ordered revocations in a separate consumer group, so that an unavailable CA does not delay the destruction
 * of the keys of abandoned orders, and vice versa. A record is acknowledged when the result is on Kafka.
 */
@ApplicationScoped
class RevocationConsumer {
    static final String CHANNEL = "revocations";
    static final String WORKER = "revoking";

    private final EventReader reader;
    private final RecordProcessor processor;
    private final RevocationHandler handler;

    @Inject
    RevocationConsumer(
            EventReader reader,
            RecordProcessor processor,
            IssuancePublisher topic,
            AcmeAccounts accounts,
            SecretStore secrets,
            RevocationRetryConfig config,
            MeterRegistry meters) {
        Clock clock = Clock.systemUTC();
        this.reader = reader;
        this.processor = processor;
        this.handler =
                new RevocationHandler(new RevocationProcedure(accounts, secrets, clock), topic, config, meters, clock);
    }

    @Incoming(CHANNEL)
    @RunOnVirtualThread
    @Blocking(value = WORKER, ordered = false)
    CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::handle);
    }

    private void handle(ConsumerRecord<String, byte[]> record) {
        reader.dispatch(record, RevocationOrdered.class, (event, ordered) -> {
            var received = Initiators.in(
                    Spans.context(
                            Optional.ofNullable(EventReader.headers(record).get(Spans.TRACEPARENT))),
                    event);
            Shutdown.guard(() -> LogContext.with(ordered, () -> handler.handle(ordered, received)));
        });
    }
}
