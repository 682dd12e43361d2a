package dev.perennial.platform.messaging;

import io.smallrye.common.annotation.Identifier;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumerRebalanceListener;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.CDI;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Pauses a partition while many of its records are in progress, for a channel that delivers the records of a partition
 * one after the other ({@link RecordOrder}). The Kafka client returns all fetched records of a partition before those of
 * the next one, and a full channel stops all partitions; without the pause, a busy partition delays the others, and a
 * record that cannot be processed stops them.
 *
 * <p>A channel uses it with {@code interceptor.classes} ({@link Interceptor}) and
 * {@code consumer-rebalance-listener.name}. Its {@code max-queue-size-factor} must be so large that the connector does
 * not pause by itself: it resumes all partitions afterwards.
 */
@ApplicationScoped
@Identifier(PartitionPause.NAME)
public class PartitionPause implements KafkaConsumerRebalanceListener {
    static final String NAME = "partition-pause";
    private static final Logger LOG = Logger.getLogger(PartitionPause.class);

    /** Of the records that are polled and not acknowledged, in {@link #places}; at most one poll of further records arrives. */
    static final int LIMIT = 16;
    /** Lower than the limit, so that the polls of a busy partition do not return single records. */
    static final int RESUMED_AT = LIMIT / 2;
    /** A large record counts as several, because the records of all partitions share the heap. */
    static final int BYTES_PER_PLACE = 32 * 1024;

    /** Polled and not acknowledged. */
    private final Map<TopicPartition, Integer> inProgress = new ConcurrentHashMap<>();
    /** Those of them that the connector has passed on. */
    private final Map<TopicPartition, Integer> delivered = new ConcurrentHashMap<>();

    private final BiConsumer<String, TopicPartition> resumption;

    @Inject
    public PartitionPause(Instance<KafkaClientService> clients) {
        this.resumption = (channel, partition) -> clients.get()
                .<String, byte[]>getConsumer(channel)
                .runOnPollingThread((Consumer<String, byte[]> consumer) -> resume(consumer, partition))
                .subscribe()
                .with(done -> {}, failure -> LOG.debugf(failure, "channel %s has ended", channel));
    }

    /** @param resumption calls {@link #resume} on the thread that polls the channel */
    PartitionPause(BiConsumer<String, TopicPartition> resumption) {
        this.resumption = resumption;
    }

    /** Counts the records before the connector has them, on the thread that polls: a later pause would be too late. */
    public static class Interceptor implements ConsumerInterceptor<String, byte[]> {
        @Override
        public ConsumerRecords<String, byte[]> onConsume(ConsumerRecords<String, byte[]> records) {
            CDI<Object> beans = CDI.current();
            KafkaClientService clients = beans.select(KafkaClientService.class).get();
            PartitionPause pause = beans.select(PartitionPause.class, Identifier.Literal.of(NAME))
                    .get();
            clients.getConsumerChannels().stream()
                    .filter(RecordOrder::isByPartition)
                    .forEach(channel ->
                            pause.polled(records, clients.getConsumer(channel).unwrap()));
            return records;
        }

        @Override
        public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
            // Counted at the acknowledgement.
        }

        @Override
        public void close() {
            // Nothing is open.
        }

        @Override
        public void configure(Map<String, ?> configs) {
            // Nothing to configure.
        }
    }

    /** @param consumer whose poll returned the records; this thread polls it */
    void polled(ConsumerRecords<?, ?> records, Consumer<?, ?> consumer) {
        records.forEach(record -> inProgress.merge(partition(record), places(record), Integer::sum));
        pauseBusy(consumer);
    }

    /** All of them, because a pause of the connector ends with the resumption of all partitions. */
    private void pauseBusy(Consumer<?, ?> consumer) {
        consumer.pause(inProgress.entrySet().stream()
                .filter(entry -> entry.getValue() >= LIMIT)
                .map(Map.Entry::getKey)
                .filter(consumer.assignment()::contains)
                .collect(Collectors.toSet()));
    }

    /** Before a record waits for its turn. */
    void started(ConsumerRecord<?, ?> record) {
        delivered.merge(partition(record), places(record), Integer::sum);
    }

    /** After the acknowledgement of a record, positive or negative. */
    void ended(String channel, ConsumerRecord<?, ?> record) {
        TopicPartition partition = partition(record);
        int places = places(record);
        less(delivered, partition, places);
        Integer left = less(inProgress, partition, places);
        if (left == null || left <= RESUMED_AT && left + places > RESUMED_AT) {
            resumption.accept(channel, partition);
        }
    }

    private static Integer less(Map<TopicPartition, Integer> counts, TopicPartition partition, int places) {
        return counts.computeIfPresent(partition, (key, count) -> count <= places ? null : count - places);
    }

    void resume(Consumer<?, ?> consumer, TopicPartition partition) {
        if (inProgress.getOrDefault(partition, 0) <= RESUMED_AT
                && consumer.assignment().contains(partition)) {
            consumer.resume(Set.of(partition));
        }
    }

    /**
     * The connector drops the records of these partitions that it has not passed on: they are never acknowledged. The others
     * still wait, and are polled once more after the next assignment.
     */
    @Override
    public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> inProgress.compute(partition, (key, polled) -> delivered.get(partition)));
    }

    @Override
    public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> partitions) {
        onPartitionsRevoked(consumer, partitions);
        pauseBusy(consumer);
    }

    private static TopicPartition partition(ConsumerRecord<?, ?> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    private static int places(ConsumerRecord<?, ?> record) {
        return 1 + BytesInProgress.bytes(record) / BYTES_PER_PLACE;
    }
}
