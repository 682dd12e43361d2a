package dev.perennial.platform.messaging;

import dev.perennial.events.Problem;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record that claims to be ours and cannot be read. Ends among the dead letters, with this text as the reason. */
public final class UnreadableRecordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableRecordException(ConsumerRecord<?, ?> record, Problem problem) {
        super(problem.code().wireName() + " at " + record.topic() + "-" + record.partition() + "@" + record.offset()
                + ": " + problem.detail());
    }
}
