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

/** Turns Kafka records into events. Channels carry bytes, so that a value nobody can read is our decision, not the client's. */
@ApplicationScoped
public class EventReader {
    private static final Logger LOG = Logger.getLogger(EventReader.class);

    private final MeterRegistry meters;

    public EventReader(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * The event of a record on a topic that only our own services write.
     *
     * @return empty for a type this version does not know: acknowledged and counted, a newer neighbour wrote it
     * @throws UnreadableRecordException for a known type that cannot be read: let it through, so that the record goes to the dead letters
     */
    public Optional<CloudEvent> event(ConsumerRecord<String, byte[]> record) {
        return switch (decode(record)) {
            case DecodedRecord.Known known -> Optional.of(known.event());
            case DecodedRecord.Unknown unknown -> {
                meters.counter("perennial_unknown_events_total", "topic", record.topic())
                        .increment();
                LOG.debugf("acknowledged an event of unknown type %s on %s", unknown.type(), record.topic());
                yield Optional.empty();
            }
            case DecodedRecord.Malformed malformed -> throw new UnreadableRecordException(record, malformed.problem());
        };
    }

    /** The same for who waits for a few types among many: the others are acknowledged unread. */
    public Optional<CloudEvent> event(ConsumerRecord<String, byte[]> record, Set<EventType> wanted) {
        Optional<EventType> type = EventType.fromWire(headers(record).getOrDefault(CloudEvent.TYPE, ""));
        return type.isPresent() && !wanted.contains(type.get()) ? Optional.empty() : event(record);
    }

    /**
     * A record of a compacted topic that every replica reads for itself: something new under a key, or a tombstone. What cannot be
     * read is left out, without dead letters: every replica would write its own.
     */
    public void latest(ConsumerRecord<String, byte[]> record, Consumer<CloudEvent> put, Consumer<String> remove) {
        if (record.value() == null) {
            Optional.ofNullable(record.key()).ifPresent(remove);
            return;
        }
        try {
            event(record).ifPresent(put);
        } catch (UnreadableRecordException e) {
            LOG.warnf("left out: %s", e.getMessage());
        }
    }

    /** The same without judgement, for a topic that strangers write. */
    public DecodedRecord decode(ConsumerRecord<String, byte[]> record) {
        return EventCodec.decode(headers(record), record.value());
    }

    /** Headers as text, names in lower case; of a repeated one (retries append) the last counts. */
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
