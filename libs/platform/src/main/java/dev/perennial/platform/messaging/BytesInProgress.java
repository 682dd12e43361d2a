package dev.perennial.platform.messaging;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.PublisherDecorator;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Limits the bytes of the records that a channel has in progress. A channel may process more than a thousand records at
 * a time, most of which wait. Records of some kilobytes fit into the heap in that number; the largest that a topic
 * accepts do not.
 */
@ApplicationScoped
public class BytesInProgress implements PublisherDecorator {
    static final int LIMIT = 8 * 1024 * 1024;

    @Override
    public Multi<? extends Message<?>> decorate(
            Multi<? extends Message<?>> publisher, List<String> channelName, boolean isConnector) {
        return isConnector ? limited(publisher, LIMIT) : publisher;
    }

    /** @param limit in bytes; a larger record is in progress alone */
    static Multi<Message<?>> limited(Multi<? extends Message<?>> records, int limit) {
        ByteBudget budget = new ByteBudget(limit);
        return records.onItem()
                .<Message<?>>transformToUni(record -> {
                    int bytes = bytes(record);
                    return Uni.createFrom()
                            .emitter(emitter -> budget.take(
                                    bytes,
                                    () -> emitter.complete(
                                            Acknowledgements.thenRun(record, () -> budget.release(bytes)))));
                })
                .concatenate();
    }

    private static int bytes(Message<?> message) {
        return message.getMetadata(IncomingKafkaRecordMetadata.class)
                .map(metadata -> bytes(metadata.getRecord()))
                .orElse(0);
    }

    static int bytes(ConsumerRecord<?, ?> record) {
        int bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
        for (Header header : record.headers()) {
            bytes += header.key().length()
                    + Optional.ofNullable(header.value())
                            .map(value -> value.length)
                            .orElse(0);
        }
        return bytes;
    }

    /** At most one caller of {@link #take} waits at a time, because {@code concatenate} requests one item at a time. */
    private static final class ByteBudget {
        private final int limit;
        private int inUse;
        private int requested;
        private Runnable waiting;

        ByteBudget(int limit) {
            this.limit = limit;
        }

        /** Runs {@code taken} now, or in the call of {@link #release} that makes room. */
        void take(int bytes, Runnable taken) {
            synchronized (this) {
                if (!fits(bytes)) {
                    requested = bytes;
                    waiting = taken;
                    return;
                }
                inUse += bytes;
            }
            taken.run();
        }

        void release(int bytes) {
            Runnable next = null;
            synchronized (this) {
                inUse -= bytes;
                if (waiting != null && fits(requested)) {
                    inUse += requested;
                    next = waiting;
                    waiting = null;
                }
            }
            if (next != null) {
                next.run();
            }
        }

        private boolean fits(int bytes) {
            return inUse == 0 || inUse + bytes <= limit;
        }
    }
}
