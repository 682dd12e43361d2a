package dev.perennial.platform.messaging;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Writes records that cannot be processed to the dead-letter topic of their topic and consumer. */
@FunctionalInterface
public interface DeadLetters {
    /**
     * Blocks until the broker has acknowledged the dead letter, for any time.
     *
     * @throws org.apache.kafka.common.errors.RecordTooLargeException if no attempt can succeed
     * @throws Shutdown.WorkInterrupted if the service stops before
     */
    void publish(ConsumerRecord<String, byte[]> record, Throwable reason);

    /** The dead-letter topic of a topic, for messages. */
    default String topic(String of) {
        return "the dead-letter topic of " + of;
    }
}
