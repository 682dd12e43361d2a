package dev.perennial.platform.messaging;

import dev.perennial.events.Problem;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record of a known type that cannot be decoded. It goes to the dead-letter topic, with this message as the reason.
 */
public final class UnreadableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableRecordException(ConsumerRecord<?, ?> record, Problem problem) {
        super(problem.code().wireName() + " at " + record.topic() + "-" + record.partition() + "@" + record.offset()
                + ": " + problem.detail());
    }
}
