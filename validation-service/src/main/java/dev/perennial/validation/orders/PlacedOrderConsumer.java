package dev.perennial.validation.orders;

import dev.perennial.acme.AcmeAccounts;
import dev.perennial.events.OrderPlaced;
import dev.perennial.platform.crypto.RecordSigner;
import dev.perennial.platform.messaging.EventPublisher;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.validation.ValidationConfig;
import dev.perennial.validation.challenges.ChallengeSolver;
import dev.perennial.validation.selection.IssuerChallengeRules;
import dev.perennial.validation.selfcheck.ControlQuery;
import dev.perennial.validation.selfcheck.SelfCheckConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Consumes placed orders, each on a virtual thread, one at a time per certificate. A record is acknowledged after
 * the result is on Kafka.
 */
@ApplicationScoped
class PlacedOrderConsumer {
    static final String CHANNEL = "orders";
    static final String OUT = "validations";
    private static final Duration INITIAL_BACKOFF = Duration.ofSeconds(1);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(30);

    private final EventReader reader;
    private final RecordProcessor processor;
    private final ValidationHandler handler;

    PlacedOrderConsumer(
            EventReader reader,
            RecordProcessor processor,
            // The buffer stays small: each sender waits for its record, and max-concurrency limits the senders.
            @Channel(OUT) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<byte[]> emitter,
            AcmeAccounts accounts,
            @Any Instance<ChallengeSolver> solvers,
            IssuerChallengeRules rules,
            ValidationConfig config,
            ControlQuery control,
            SelfCheckConfig selfCheck,
            ChallengeUses uses,
            RecordSigner signer,
            MeterRegistry meters) {
        this.reader = reader;
        this.processor = processor;
        this.handler = new ValidationHandler(
                accounts,
                new OrderValidation(
                        solvers.stream().toList(),
                        rules,
                        config.firstPollInterval(),
                        config.authorizationTimeout(),
                        control,
                        selfCheck.maxFailedAttempts()),
                new Retry(INITIAL_BACKOFF, MAX_BACKOFF, config.retryTimeout()),
                new Retry(INITIAL_BACKOFF, MAX_BACKOFF, config.withdrawalTimeout()),
                config.nextAttemptInterval(),
                uses,
                new EventPublisher(emitter, Optional.of(signer))::publish,
                meters,
                Clock.systemUTC());
    }

    @Incoming(CHANNEL)
    @RunOnVirtualThread
    @Blocking(value = OUT, ordered = false)
    CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::handle);
    }

    private void handle(ConsumerRecord<String, byte[]> record) {
        reader.dispatch(record, OrderPlaced.class, (event, placed) -> {
            Context received = Initiators.in(received(record), event);
            Shutdown.guard(() -> LogContext.with(placed, () -> handler.handle(placed.order(), received)));
        });
    }

    /** The connector makes the received context current; the header is the fallback. */
    private static Context received(ConsumerRecord<String, byte[]> record) {
        return Span.current().getSpanContext().isValid()
                ? Context.current()
                : Spans.context(Optional.ofNullable(EventReader.headers(record).get(Spans.TRACEPARENT)));
    }
}
