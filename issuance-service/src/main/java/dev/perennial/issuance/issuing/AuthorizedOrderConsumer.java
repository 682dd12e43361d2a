package dev.perennial.issuance.issuing;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.issuance.keys.CertificateKeyGenerator;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.signatures.SignedOrders;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Consumes orders with valid authorizations, each on a virtual thread, one at a time per certificate. A record is
 * acknowledged when the method returns, which is after the result is on Kafka.
 */
@ApplicationScoped
class AuthorizedOrderConsumer {
    static final String CHANNEL = "validations";
    static final String OUT = IssuancePublisher.CHANNEL;

    private final EventReader reader;
    private final RecordProcessor processor;
    private final SignedOrders signedOrders;
    private final IssuanceHandler handler;

    AuthorizedOrderConsumer(
            EventReader reader,
            RecordProcessor processor,
            SignedOrders signedOrders,
            IssuancePublisher topic,
            AcmeAccounts accounts,
            SecretStore secrets,
            CertificateKeyGenerator keys,
            IssuanceConfig config,
            MeterRegistry meters) {
        Clock clock = Clock.systemUTC();
        this.reader = reader;
        this.processor = processor;
        this.signedOrders = signedOrders;
        this.handler = new IssuanceHandler(
                new Issuance(accounts, secrets, topic, clock, config.firstPollInterval(), config.issueTimeout()),
                topic,
                keys,
                new Retry(config.initialRetryInterval(), config.maxRetryInterval(), config.retryTimeout()),
                config.nextAttemptInterval(),
                meters,
                clock);
    }

    @Incoming(CHANNEL)
    @RunOnVirtualThread
    @Blocking(value = OUT, ordered = false)
    CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::handle);
    }

    private void handle(ConsumerRecord<String, byte[]> record) {
        reader.dispatch(record, OrderAuthorized.class, (event, authorized) -> signedOrders
                .verified(record, event.type(), authorized.order())
                .ifPresent(order -> {
                    Context received = Initiators.in(received(record), event);
                    Shutdown.guard(() -> LogContext.with(authorized, () -> handler.handle(order, received)));
                }));
    }

    /** The connector makes the received context current; the header is the fallback. */
    static Context received(ConsumerRecord<String, byte[]> record) {
        return Span.current().getSpanContext().isValid()
                ? Context.current()
                : Spans.context(Optional.ofNullable(EventReader.headers(record).get(Spans.TRACEPARENT)));
    }
}
