package dev.perennial.testbed;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Topic;
import dev.perennial.testbed.kafka.TextHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads every fact of the contract from the topics, without a consumer group and from the beginning. Not thread-safe. */
public final class FactReader implements AutoCloseable {
    private final KafkaConsumer<String, byte[]> consumer;

    public FactReader(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringDeserializer(), new ByteArrayDeserializer());
        consumer.assign(Arrays.stream(Topic.values())
                .filter(topic -> topic != Topic.REQUESTS && topic != Topic.CHALLENGES)
                .flatMap(topic -> consumer.partitionsFor(topic.topicName()).stream())
                .map(FactReader::partition)
                .toList());
        consumer.seekToBeginning(consumer.assignment());
    }

    /** The new events, sorted by time; possibly none. Records that are not events of the contract are omitted. */
    public List<CloudEvent> poll(Duration atMost) {
        List<CloudEvent> events = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(atMost)) {
            if (EventCodec.decode(TextHeaders.of(record), record.value())
                    instanceof DecodedRecord.Known(CloudEvent event)) {
                events.add(event);
            }
        }
        // Each topic is read separately, so the events of all topics are sorted by time.
        events.sort(Comparator.comparing(CloudEvent::time));
        return events;
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
