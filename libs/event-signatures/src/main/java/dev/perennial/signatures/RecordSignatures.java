package dev.perennial.signatures;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.platform.crypto.EventSignature;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.platform.crypto.WriterSignature;
import dev.perennial.platform.messaging.RecordCheck;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Whether a record is signed by the service that writes its topic. The reports of hosts are checked by the order-service, and
 * requests are not signed.
 */
@Singleton
public class RecordSignatures implements RecordCheck {
    private final WriterSignatures signatures;

    public RecordSignatures(WriterSignatures signatures) {
        this.signatures = signatures;
    }

    @Override
    public boolean accepts(ConsumerRecord<String, byte[]> record, Map<String, String> headers, EventType type) {
        return type.topic()
                .service()
                .map(it -> accepts(record, headers, type, it))
                .orElse(true);
    }

    private boolean accepts(
            ConsumerRecord<String, byte[]> record, Map<String, String> headers, EventType type, String service) {
        var subject = new WriterSignatures.Subject(position(record, type), record.topic(), service, "");
        EventSignature signature = EventSignature.of(record.topic(), headers, record.value());
        return signatures.accepts(subject, new OfRecord(signature, isUnderItsSubject(record, headers, type)));
    }

    /** The key of the record is not signed; it decides which state of a compacted topic the record replaces. */
    private static boolean isUnderItsSubject(
            ConsumerRecord<String, byte[]> record, Map<String, String> headers, EventType type) {
        return headers.getOrDefault(CloudEvent.SUBJECT, "").equals(record.key())
                && type.wireName().equals(headers.get(CloudEvent.TYPE))
                && (record.value() != null || isFromItsSource(headers, type));
    }

    /** A tombstone is not decoded, so its source is not checked elsewhere. */
    private static boolean isFromItsSource(Map<String, String> headers, EventType type) {
        return type.topic()
                .service()
                .map(service -> "/perennial/" + service)
                .equals(Optional.ofNullable(headers.get(CloudEvent.SOURCE)));
    }

    static String position(ConsumerRecord<?, ?> record, EventType type) {
        return type.wireName() + " at " + record.topic() + "-" + record.partition() + "@" + record.offset();
    }

    private record OfRecord(EventSignature signature, boolean underItsSubject) implements WriterSignature {
        @Override
        public Optional<String> keyId() {
            return signature.keyId();
        }

        @Override
        public boolean isValidFor(VerificationKey key) {
            return underItsSubject && signature.isValidFor(key);
        }
    }
}
