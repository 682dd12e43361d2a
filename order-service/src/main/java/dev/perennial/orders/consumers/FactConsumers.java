package dev.perennial.orders.consumers;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.OrderFact;
import dev.perennial.orders.database.Outages;
import dev.perennial.orders.revocation.RevocationReports;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.SpanKind;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** The three topics of facts, each read in order. What cannot be read goes to the dead letters of its channel. */
@ApplicationScoped
public class FactConsumers {
    private final FactRecorder recorder;
    private final RevocationReports revocations;
    private final EventReader reader;
    private final Outages outages;
    private final RecordProcessor processor;

    @Inject
    public FactConsumers(
            FactRecorder recorder,
            RevocationReports revocations,
            EventReader reader,
            Outages outages,
            RecordProcessor processor) {
        this.recorder = recorder;
        this.revocations = revocations;
        this.reader = reader;
        this.outages = outages;
        this.processor = processor;
    }

    @Incoming("validations")
    @Blocking
    public CompletionStage<Void> onValidation(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.hear(message, this::on);
    }

    @Incoming("issuances")
    @Blocking
    public CompletionStage<Void> onIssuance(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.hear(message, this::on);
    }

    @Incoming("deployments")
    @Blocking
    public CompletionStage<Void> onDeployment(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.hear(message, this::on);
    }

    private void on(ConsumerRecord<String, byte[]> record) {
        reader.event(record).ifPresent(event -> LogContext.with(event.data(), () -> record(event)));
    }

    private void record(CloudEvent event) {
        Map<String, String> attributes = event.data() instanceof OrderFact fact
                ? Map.of(
                        "perennial.order.id", fact.orderId().toString(),
                        "perennial.certificate.id", fact.certificateId().toString())
                : Map.of();
        Spans.inSpan(
                "record " + event.type().wireName(),
                SpanKind.INTERNAL,
                attributes,
                () -> outages.waitOut(
                        event.type().wireName() + " " + event.id(),
                        () -> revocations.record(event)
                                || recorder.record(event).isPresent()));
    }
}
