package dev.perennial.platform.messaging;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.PublisherDecorator;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.ConfigProvider;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Delivers the records of one key, or of one partition, one after the other: the next one after the acknowledgement of the one
 * before. Others are delivered at the same time. The attribute {@code record-order} of a channel selects it: {@code key} or
 * {@code partition}. Without it, records are delivered as they arrive.
 *
 * <p>The connector has the same (throttled.ordered), but loses a record: after a rebalance, an acknowledgement of an earlier
 * delivery removes the group of the key while it has further records. The offset of that record is never committed, until a
 * restart (observed in 4.33.0; similar to smallrye-reactive-messaging#3403).
 */
@ApplicationScoped
public class RecordOrder implements PublisherDecorator {
    /** Records that wait for an earlier one or for a worker; further ones stay in the connector. */
    static final int MAX_WAITING = 1024;

    /** What records have in common that are delivered one after the other. */
    private enum SequenceScope {
        KEY,
        PARTITION;

        static SequenceScope of(String channel, String text) {
            return switch (text) {
                case "key" -> KEY;
                case "partition" -> PARTITION;
                default ->
                    throw new IllegalStateException("mp.messaging.incoming." + channel
                            + ".record-order: key or partition is required, got " + text);
            };
        }

        Object of(ConsumerRecord<?, ?> record) {
            return new SequenceId(
                    record.topic(),
                    record.partition(),
                    this == KEY ? Optional.ofNullable(record.key()) : Optional.empty());
        }
    }

    private final PartitionPause pause;

    public RecordOrder(@Identifier(PartitionPause.NAME) PartitionPause pause) {
        this.pause = pause;
    }

    private record SequenceId(String topic, int partition, Optional<?> key) {}

    /**
     * The place of a record in its sequence.
     *
     * @param release ends it, so that the next record is delivered; further calls have no effect
     */
    record Turn(Runnable release) {}

    /** After {@link BytesInProgress}, so that waiting records count as in progress. */
    @Override
    public int getPriority() {
        return DEFAULT_PRIORITY + 1;
    }

    @Override
    public Multi<? extends Message<?>> decorate(
            Multi<? extends Message<?>> publisher, List<String> channelName, boolean isConnector) {
        if (!isConnector) {
            return publisher;
        }
        String channel = channelName.getFirst();
        return scope(channel)
                .<Multi<? extends Message<?>>>map(scope ->
                        ordered(scope == SequenceScope.PARTITION ? counted(channel, publisher) : publisher, scope::of))
                .orElse(publisher);
    }

    private Multi<? extends Message<?>> counted(String channel, Multi<? extends Message<?>> records) {
        return records.onItem()
                .invoke(record -> pause.started(kafka(record)))
                .onItem()
                .transform(record -> Acknowledgements.thenRun(record, () -> pause.ended(channel, kafka(record))));
    }

    static boolean isByPartition(String channel) {
        return scope(channel).filter(SequenceScope.PARTITION::equals).isPresent();
    }

    private static Optional<SequenceScope> scope(String channel) {
        return ConfigProvider.getConfig()
                .getOptionalValue("mp.messaging.incoming." + channel + ".record-order", String.class)
                .map(text -> SequenceScope.of(channel, text));
    }

    /** @param sequenceOf records with an equal value are delivered one after the other */
    static Multi<Message<?>> ordered(
            Multi<? extends Message<?>> records, Function<ConsumerRecord<?, ?>, Object> sequenceOf) {
        Map<Object, CompletableFuture<Void>> last = new ConcurrentHashMap<>();
        return records.onItem()
                .<Message<?>>transformToUni(record -> {
                    Object sequence = sequenceOf.apply(kafka(record));
                    CompletableFuture<Void> end = new CompletableFuture<>();
                    CompletableFuture<Void> before = last.put(sequence, end);
                    Turn turn = new Turn(() -> {
                        last.remove(sequence, end);
                        end.complete(null);
                    });
                    Message<?> delivered = Acknowledgements.thenRun(record.addMetadata(turn), turn.release());
                    return before == null
                            ? Uni.createFrom().item(delivered)
                            : Uni.createFrom().completionStage(before).map(done -> delivered);
                })
                .merge(MAX_WAITING);
    }

    private static ConsumerRecord<?, ?> kafka(Message<?> message) {
        return message.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow()
                .getRecord();
    }
}
