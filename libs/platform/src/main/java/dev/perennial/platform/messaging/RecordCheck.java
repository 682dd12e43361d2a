package dev.perennial.platform.messaging;

import dev.perennial.events.EventType;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Whether a record is from the writer of its topic. */
@FunctionalInterface
public interface RecordCheck {
    /**
     * Counts and logs a record that it does not accept. May block while the keys of the writer cannot be read.
     *
     * @param headers of the record, names in lower case
     * @param type of the event; for a tombstone, of the state that it removes
     * @throws Shutdown.WorkInterrupted if the service stops before
     */
    boolean accepts(ConsumerRecord<String, byte[]> record, Map<String, String> headers, EventType type);
}
