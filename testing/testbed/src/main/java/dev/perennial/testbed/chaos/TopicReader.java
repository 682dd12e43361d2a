package dev.perennial.testbed.chaos;

import dev.perennial.testbed.Stack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads all topics, including dead letters, and the lag of the consumer groups. */
final class TopicReader {
    private final Stack stack;

    TopicReader(Stack stack) {
        this.stack = stack;
    }

    /** All records from the first one to the current end of each topic. */
    List<ConsumerRecord<String, byte[]>> records() {
        Map<String, Object> settings = Map.of("bootstrap.servers", stack.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.listTopics().entrySet().stream()
                    .filter(topic -> topic.getKey().startsWith("certificate."))
                    .flatMap(topic -> topic.getValue().stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.seekToBeginning(partitions);
            List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(all::add);
            }
            return all;
        }
    }

    /** Key, headers and value; no byte is lost. */
    static String text(ConsumerRecord<String, byte[]> record) {
        StringBuilder text = new StringBuilder().append(record.key());
        for (Header header : record.headers()) {
            text.append('\n').append(header.key()).append('=').append(text(header.value()));
        }
        return text.append('\n').append(text(record.value())).toString();
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The number of records that each consumer group has not acknowledged; groups without lag are omitted. */
    List<String> lag() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            return Stream.of("order-service", "validation-service", "issuance-service", "deploy-agent." + stack.host())
                    .flatMap(group -> lag(admin, group).entrySet().stream()
                            .map(entry -> group + " lags by " + entry.getValue() + " at " + entry.getKey()))
                    .toList();
        }
    }

    private static Map<TopicPartition, Long> lag(Admin admin, String group) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, OffsetSpec> latestOffsets = new HashMap<>();
        committed.keySet().forEach(partition -> latestOffsets.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> lag = new HashMap<>();
        get(admin.listOffsets(latestOffsets).all()).forEach((partition, end) -> {
            long behind = end.offset() - committed.get(partition).offset();
            if (behind != 0) {
                lag.put(partition, behind);
            }
        });
        return lag;
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the broker did not return the offsets of the consumer groups", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
