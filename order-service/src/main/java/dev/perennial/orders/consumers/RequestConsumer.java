package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.DatabaseWaits;
import dev.perennial.orders.renewal.RenewalRequests;
import dev.perennial.orders.requests.CertificateRequests;
import dev.perennial.orders.revocation.RevocationRequests;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.messaging.DeadLetterException;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.RecordProcessor;
import dev.perennial.platform.telemetry.Spans;
import io.opentelemetry.context.Context;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Consumes requests from Kafka, whose producers are not trusted. Each request is answered with a fact, and unreadable
 * records become dead letters.
 */
@ApplicationScoped
public class RequestConsumer {
    private static final String OUTCOME = ": answered with certificate.refused and moved to the dead-letter topic";
    /** Text that is valid in a row, an index and a log line. */
    private static final Pattern NAMEABLE = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final CertificateRequests certificateRequests;
    private final RevocationRequests revocations;
    private final RenewalRequests renewals;
    private final EventReader reader;
    private final DatabaseWaits waits;
    private final RecordProcessor processor;

    @Inject
    public RequestConsumer(
            CertificateRequests certificateRequests,
            RevocationRequests revocations,
            RenewalRequests renewals,
            EventReader reader,
            DatabaseWaits waits,
            RecordProcessor processor) {
        this.certificateRequests = certificateRequests;
        this.revocations = revocations;
        this.renewals = renewals;
        this.reader = reader;
        this.waits = waits;
        this.processor = processor;
    }

    /** The general topic, in order. */
    @Incoming("requests")
    @Blocking
    public CompletionStage<Void> on(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::on);
    }

    /** The topics of teams, each partition in order: a team with many requests does not delay the others. */
    @Incoming("team-requests")
    @RunOnVirtualThread
    @Blocking(value = "team-requests", ordered = false)
    public CompletionStage<Void> onTeam(Message<ConsumerRecord<String, byte[]>> message) {
        return processor.process(message, this::on);
    }

    /** @throws DeadLetterException after a refusal: the channel moves the record to the dead-letter topic */
    private void on(ConsumerRecord<String, byte[]> record) {
        switch (reader.decode(record)) {
            case DecodedRecord.Known(CloudEvent event)
            when event.data() instanceof CertificateRequested request ->
                submit(submission(record, event, request), certificateRequests::submit);
            case DecodedRecord.Known(CloudEvent event)
            when event.data() instanceof RevocationRequested request ->
                submit(submission(record, event, request), revocations::submit);
            case DecodedRecord.Known(CloudEvent event)
            when event.data() instanceof RenewalRequested request ->
                submit(submission(record, event, request), renewals::submit);
            case DecodedRecord.Known(CloudEvent event) ->
                unreadable(record, event.id(), unknown(event.type().wireName()));
            case DecodedRecord.Unknown unknown -> unreadable(record, unknown.id(), unknown(unknown.type()));
            case DecodedRecord.Malformed malformed -> unreadable(record, malformed.id(), malformed.problem());
        }
    }

    private <T> Submission<T> submission(ConsumerRecord<String, byte[]> record, CloudEvent event, T request) {
        return new Submission<>(
                Caller.ofTopic(record.topic()),
                source(record, event),
                event.id(),
                Optional.empty(),
                false,
                traceparent(record),
                request);
    }

    private <T> void submit(Submission<T> submission, Function<Submission<T>, SubmissionResult<?>> requests) {
        waits.call("request " + submission.id(), () -> requests.apply(submission));
    }

    /** Prefixed with the topic, because write access to the topic is what authorizes a source. */
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
        waits.call("unreadable request " + place, () -> {
            // The source of the inbox entry is the position of the record, because a valid request may use the same
            // id.
            certificateRequests.refuseUnreadable(
                    Caller.ofTopic(record.topic()), place, requestId, problem, traceparent(record));
            return requestId;
        });
        throw new DeadLetterException(problem.code().wireName() + " at " + place + OUTCOME);
    }

    private static Optional<String> traceparent(ConsumerRecord<String, byte[]> record) {
        // Parsed and formatted again, so that only a valid traceparent is stored.
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
                "this topic does not accept events of this type; it accepts certificate.requested, renewal.requested and"
                        + " revocation.requested",
                type.length() > 200 ? type.substring(0, 200) : type);
    }
}
