package dev.perennial.platform.messaging;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.KeyedState;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jboss.logging.Logger;

/**
 * Decodes Kafka records into events. Channels carry bytes, so that this class, not the Kafka client, handles a value
 * that cannot be decoded.
 */
@ApplicationScoped
public class EventReader {
    private static final Logger LOG = Logger.getLogger(EventReader.class);

    private final MeterRegistry meters;
    private final RecordCheck check;
    private final LimitedLog foreignLog = new LimitedLog();

    public EventReader(MeterRegistry meters, RecordCheck check) {
        this.meters = meters;
        this.check = check;
    }

    /**
     * Passes a record of a topic that only Perennial's services write to its handler. An unknown type is acknowledged
     * and counted, because a newer version of the writer may send it. A known type that the handler does not accept is
     * acknowledged without being decoded.
     *
     * <p>A fact counts only if its writer may publish it: a known type on the topic of another writer, or with the
     * {@code source} of another writer, is refused, which means counted, logged and acknowledged. The same applies to a
     * record that does not pass the {@link RecordCheck}.
     *
     * @param type a record of {@code events}, or a sealed group of them
     * @throws UnreadableRecordException for an accepted type that cannot be decoded: the caller must not catch it, so
     *     that the record goes to the dead-letter topic
     */
    public <T extends Event> void dispatch(
            ConsumerRecord<String, byte[]> record, Class<T> type, BiConsumer<CloudEvent, T> handler) {
        Map<String, String> headers = headers(record);
        Optional<EventType> found = EventType.fromWire(headers.getOrDefault(CloudEvent.TYPE, ""));
        if (found.isPresent() && !found.get().topic().topicName().equals(record.topic())) {
            refuse(
                    record,
                    found.get(),
                    "events of this type are on " + found.get().topic().topicName());
            return;
        }
        if (found.isPresent() && !type.isAssignableFrom(found.get().dataClass())) {
            return;
        }
        // Before the value is decoded, so that forged records do not fill the dead-letter topic.
        if (found.isPresent() && !check.accepts(record, headers, found.get())) {
            return;
        }
        event(record, headers).ifPresent(event -> {
            if (event.type().topic().accepts(event.source())) {
                handler.accept(event, type.cast(event.data()));
            } else {
                refuse(record, event.type(), "its ce_source is not the writer of the topic");
            }
        });
    }

    private void refuse(ConsumerRecord<String, byte[]> record, EventType type, String reason) {
        meters.counter("perennial_foreign_events_total", "topic", record.topic(), "type", type.wireName())
                .increment();
        foreignLog.ifDue(skipped -> LOG.errorf(
                "ALARM: refused %s at %s-%d@%d: %s. The record has no effect; %d more were refused since the last"
                        + " line. Check who may write to this topic; see docs/operating/kafka.md#foreign-events",
                type.wireName(), record.topic(), record.partition(), record.offset(), reason, skipped));
    }

    private Optional<CloudEvent> event(ConsumerRecord<String, byte[]> record, Map<String, String> headers) {
        return switch (EventCodec.decode(headers, record.value())) {
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

    /**
     * Passes on a record of a compacted topic that every replica reads: a new state under a key, or a tombstone. An
     * unreadable record is skipped and logged, but not dead-lettered, because every replica would write its own copy.
     */
    public <T extends KeyedState> void latest(
            ConsumerRecord<String, byte[]> record,
            Class<T> type,
            BiConsumer<CloudEvent, T> put,
            Consumer<Tombstone> remove) {
        if (record.value() == null) {
            Map<String, String> headers = headers(record);
            Optional.ofNullable(record.key())
                    .filter(key -> check.accepts(record, headers, EventType.of(type)))
                    .ifPresent(key -> remove.accept(Tombstone.of(key, headers)));
            return;
        }
        try {
            dispatch(record, type, put);
        } catch (UnreadableRecordException e) {
            LOG.warnf("skipped an unreadable record: %s; the state under its key is unchanged", e.getMessage());
        }
    }

    /** Decodes a record of a topic that clients write, where an unknown type gets a response. */
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
