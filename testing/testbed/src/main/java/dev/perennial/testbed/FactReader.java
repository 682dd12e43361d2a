package dev.perennial.testbed;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads every fact of the contract from the topics, as an observer would: in no group, and from the beginning. Not for several threads. */
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

    /** What arrived, sorted by time; possibly nothing. What is not an event of ours is left out. */
    public List<CloudEvent> poll(Duration atMost) {
        List<CloudEvent> events = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(atMost)) {
            if (EventCodec.decode(headers(record), record.value()) instanceof DecodedRecord.Known(CloudEvent event)) {
                events.add(event);
            }
        }
        // Each topic comes by itself: put together, they are told in the order in which things happened.
        events.sort(Comparator.comparing(CloudEvent::time));
        return events;
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(info.topic(), info.partition());
    }

    private static Map<String, String> headers(ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        record.headers()
                .forEach(h ->
                        headers.put(h.key().toLowerCase(Locale.ROOT), new String(h.value(), StandardCharsets.UTF_8)));
        return headers;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
