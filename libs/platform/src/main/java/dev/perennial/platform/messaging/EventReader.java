package dev.perennial.platform.messaging;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * Decodes Kafka records into events. Channels carry bytes, so that this class, not the Kafka client, handles a value that cannot
 * be decoded.
 */
@ApplicationScoped
public class EventReader {
    private static final Logger LOG = Logger.getLogger(EventReader.class);

    private final MeterRegistry meters;

    public EventReader(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * Decodes a record of a topic that only Perennial's services write.
     *
     * @return empty for an event type that this version does not know; a newer service published it, so the record is counted and
     *     acknowledged
     * @throws UnreadableRecordException for a known type whose data cannot be decoded; callers do not catch it, so that the record
     *     goes to the dead-letter topic
     */
    public Optional<CloudEvent> event(ConsumerRecord<String, byte[]> record) {
        return switch (decode(record)) {
            case DecodedRecord.Known known -> Optional.of(known.event());
            case DecodedRecord.Unknown unknown -> {
                meters.counter("perennial_unknown_events_total", "topic", record.topic())
                        .increment();
                LOG.debugf("event type %s on %s is unknown; acknowledged it", unknown.type(), record.topic());
                yield Optional.empty();
            }
            case DecodedRecord.Malformed malformed -> throw new UnreadableRecordException(record, malformed.problem());
        };
    }

    /** Like {@link #event(ConsumerRecord)}, for a consumer of a few types; records of other known types are not decoded. */
    public Optional<CloudEvent> event(ConsumerRecord<String, byte[]> record, Set<EventType> wanted) {
        Optional<EventType> type = EventType.fromWire(headers(record).getOrDefault(CloudEvent.TYPE, ""));
        return type.isPresent() && !wanted.contains(type.get()) ? Optional.empty() : event(record);
    }

    /**
     * Applies a record of a compacted topic that each replica reads completely: a new value of a key, or a tombstone. An unreadable
     * record is skipped with a warning and not sent to the dead-letter topic, because each replica would send its own copy.
     */
    public void latest(ConsumerRecord<String, byte[]> record, Consumer<CloudEvent> put, Consumer<String> remove) {
        if (record.value() == null) {
            Optional.ofNullable(record.key()).ifPresent(remove);
            return;
        }
        try {
            event(record).ifPresent(put);
        } catch (UnreadableRecordException e) {
            LOG.warnf("skipped a record: %s", e.getMessage());
        }
    }

    /** Decodes a record of a topic to which clients write; the caller decides about unknown and malformed ones. */
    public DecodedRecord decode(ConsumerRecord<String, byte[]> record) {
        return EventCodec.decode(headers(record), record.value());
    }

    /** The headers as text, with names in lower case. Retries append headers, so the last of a name is used. */
    public static Map<String, String> headers(ConsumerRecord<?, ?> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            if (header.value() != null) {
                headers.put(header.key().toLowerCase(Locale.ROOT), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return headers;
    }
}
