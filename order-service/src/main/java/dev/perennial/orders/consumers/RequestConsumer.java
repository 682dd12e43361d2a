package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.database.Outages;
import dev.perennial.orders.renewal.RenewalRequests;
import dev.perennial.orders.renewal.RenewalSubmission;
import dev.perennial.orders.requests.CertificateRequests;
import dev.perennial.orders.requests.CertificateSubmission;
import dev.perennial.orders.revocation.RevocationRequests;
import dev.perennial.orders.revocation.RevocationSubmission;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.context.Context;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Requests from Kafka, which strangers write: every one gets an answer as a fact, and nothing unreadable is lost. */
@ApplicationScoped
public class RequestConsumer {
    private static final String HOW_IT_ENDS = ": answered with certificate.refused and kept among the dead letters";
    /** What a row, an index and a log line can hold. */
    private static final Pattern NAMEABLE = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final CertificateRequests certificateRequests;
    private final RevocationRequests revocations;
    private final RenewalRequests renewals;
    private final EventReader reader;
    private final Outages outages;
    private final RecordProcessor processor;

    @Inject
    public RequestConsumer(
            CertificateRequests certificateRequests,
            RevocationRequests revocations,
            RenewalRequests renewals,
            EventReader reader,
            Outages outages,
            RecordProcessor processor) {
        this.certificateRequests = certificateRequests;
        this.revocations = revocations;
        this.renewals = renewals;
        this.reader = reader;
        this.outages = outages;
        this.processor = processor;
    }

    @Incoming("requests")
    @Blocking
    public CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::on);
    }

    /** @throws DeadLetterException after it has been refused: the channel puts the record among the dead letters */
    private void on(ConsumerRecord<String, byte[]> record) {
        switch (reader.decode(record)) {
            case DecodedRecord.Known(CloudEvent event)
            when event.data() instanceof CertificateRequested request -> {
                CertificateSubmission submission = new CertificateSubmission(
                        source(record, event), event.id(), Optional.empty(), false, request, trace(record));
                outages.waitOut("request " + event.id(), () -> certificateRequests.hear(submission));
            }
            case DecodedRecord.Known(CloudEvent event)
            when event.data() instanceof RevocationRequested request -> {
                RevocationSubmission submission = new RevocationSubmission(
                        source(record, event), event.id(), Optional.empty(), false, request, trace(record));
                outages.waitOut("request " + event.id(), () -> revocations.hear(submission));
            }
            case DecodedRecord.Known(CloudEvent event)
            when event.data() instanceof RenewalRequested request -> {
                RenewalSubmission submission = new RenewalSubmission(
                        source(record, event), event.id(), Optional.empty(), false, request, trace(record));
                outages.waitOut("request " + event.id(), () -> renewals.hear(submission));
            }
            case DecodedRecord.Known(CloudEvent event) ->
                unreadable(record, event.id(), unknown(event.type().wireName()));
            case DecodedRecord.Unknown unknown -> unreadable(record, unknown.id(), unknown(unknown.type()));
            case DecodedRecord.Malformed malformed -> unreadable(record, malformed.id(), malformed.problem());
        }
    }

    /** With the topic in front: who may write to it is who may speak for that source. */
    private String source(ConsumerRecord<String, byte[]> record, CloudEvent event) {
        String source = event.source().toString();
        if (!isNameable(event.id()) || !isNameable(source)) {
            unreadable(record, event.id(), unnameable());
        }
        return record.topic() + ":" + source;
    }

    private void unreadable(ConsumerRecord<String, byte[]> record, String ceId, Problem problem) {
        String place = record.topic() + "-" + record.partition() + "-" + record.offset();
        String requestId = isNameable(ceId) ? ceId : place;
        outages.waitOut("unreadable request " + place, () -> {
            // Remembered by its place: the same id may come back with something readable.
            certificateRequests.refuseUnreadable(place, requestId, problem, trace(record));
            return requestId;
        });
        throw new DeadLetterException(problem.code().wireName() + " at " + place + HOW_IT_ENDS);
    }

    private static Optional<String> trace(ConsumerRecord<String, byte[]> record) {
        // Parsed and written anew, so that nothing but a traceparent gets into a row.
        return Spans.traceparent(Context.current())
                .or(() -> Spans.traceparent(Spans.context(
                        Optional.ofNullable(EventReader.headers(record).get(Spans.TRACEPARENT)))));
    }

    private static boolean isNameable(String text) {
        return NAMEABLE.matcher(text).matches();
    }

    private static Problem unnameable() {
        return Problem.of(
                ErrorCode.INVALID_FIELD, "headers ce_id and ce_source: 1 to 255 printable ASCII characters, no space");
    }

    private static Problem unknown(String type) {
        return Problem.of(
                ErrorCode.UNKNOWN_TYPE,
                "events of this type are not taken here; taken: certificate.requested, renewal.requested, revocation.requested",
                type.length() > 200 ? type.substring(0, 200) : type);
    }
}
