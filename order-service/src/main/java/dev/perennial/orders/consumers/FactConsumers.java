package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFact;
import dev.perennial.events.IssuanceFact;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderFact;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.ValidationFact;
import dev.perennial.orders.database.DatabaseWaits;
import dev.perennial.orders.hosts.HostSignatures;
import dev.perennial.orders.revocation.RevocationReports;
import dev.perennial.platform.crypto.EventSignature;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.api.trace.SpanKind;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Consumers of the three topics of facts, each read in order. An unreadable record is moved to the dead-letter topic
 * of its channel.
 */
@ApplicationScoped
public class FactConsumers {
    private final FactRecorder recorder;
    private final RevocationReports revocations;
    private final HostSignatures signatures;
    private final EventReader reader;
    private final DatabaseWaits waits;
    private final RecordProcessor processor;

    @Inject
    public FactConsumers(
            FactRecorder recorder,
            RevocationReports revocations,
            HostSignatures signatures,
            EventReader reader,
            DatabaseWaits waits,
            RecordProcessor processor) {
        this.recorder = recorder;
        this.revocations = revocations;
        this.signatures = signatures;
        this.reader = reader;
        this.waits = waits;
        this.processor = processor;
    }

    @Incoming("validations")
    @Blocking
    public CompletionStage<Void> onValidation(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(
                message,
                record -> reader.dispatch(
                        record, ValidationFact.class, (event, fact) -> commit(event, () -> recorder.record(event))));
    }

    @Incoming("issuances")
    @Blocking
    public CompletionStage<Void> onIssuance(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(
                message,
                record -> reader.dispatch(
                        record, IssuanceFact.class, (event, fact) -> commit(event, () -> recordIssuance(event, fact))));
    }

    @Incoming("deployments")
    @Blocking
    public CompletionStage<Void> onDeployment(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(
                message,
                record -> reader.dispatch(record, DeploymentFact.class, (event, fact) -> {
                    EventSignature signature =
                            EventSignature.of(record.topic(), EventReader.headers(record), record.value());
                    commit(
                            event,
                            () -> recorder.record(event, tx -> signatures.refusal(tx, event, fact.host(), signature)));
                }));
    }

    private Object recordIssuance(CloudEvent event, IssuanceFact fact) {
        return switch (fact) {
            case CertificateIssued it -> recorder.record(event);
            case IssuanceFailed it -> recorder.record(event);
            case CertificateRevoked it -> revocations.record(event);
            case RevocationFailed it -> revocations.record(event);
        };
    }

    private void commit(CloudEvent event, Supplier<?> work) {
        String type = event.type().wireName();
        LogContext.with(
                event.data(),
                () -> Spans.inSpan(
                        "record " + type,
                        SpanKind.INTERNAL,
                        attributes(event),
                        () -> waits.call(description(event), work)));
    }

    private static String description(CloudEvent event) {
        String record = event.type().wireName() + " " + event.id();
        return event.data() instanceof OrderFact fact
                ? record + " about order " + fact.orderId() + " of certificate " + fact.certificateId()
                : record;
    }

    private static Map<String, String> attributes(CloudEvent event) {
        return event.data() instanceof OrderFact fact
                ? Map.of(
                        "perennial.order.id", fact.orderId().toString(),
                        "perennial.certificate.id", fact.certificateId().toString())
                : Map.of();
    }
}
