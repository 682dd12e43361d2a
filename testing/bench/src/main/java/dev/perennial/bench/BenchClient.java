package dev.perennial.bench;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Topic;
import dev.perennial.testbed.kafka.TextHeaders;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Requests certificates on Kafka and reads the events about their issuance and deployment, like a client of the fleet. */
final class BenchClient implements AutoCloseable {
    private static final URI SOURCE = URI.create("/perennial/bench");

    private final KafkaProducer<String, byte[]> producer;
    private final KafkaConsumer<String, byte[]> consumer;
    private final String host;
    private final List<Future<RecordMetadata>> requests = new ArrayList<>();

    BenchClient(String bootstrapServers, String host) {
        this(bootstrapServers, host, Topic.VALIDATIONS, Topic.ISSUANCES, Topic.DEPLOYMENTS);
    }

    /** @param topics whose events are read */
    BenchClient(String bootstrapServers, String host, Topic... topics) {
        this.host = host;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers), new StringSerializer(), new ByteArraySerializer());
        this.consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "fetch.max.wait.ms", 20),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(topics)
                .flatMap(topic -> consumer.partitionsFor(topic.topicName()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
    }

    /** Requests a certificate for the host of the testbed. */
    void request(String name, String dnsName) {
        request(name, dnsName, List.of(host));
    }

    /** @param targets empty for a certificate that is issued and stored, but not deployed */
    void request(String name, String dnsName, List<String> targets) {
        request(name, dnsName, "bench", targets);
    }

    /** @param owner the team that requests the certificate */
    void request(String name, String dnsName, String owner, List<String> targets) {
        request(Topic.REQUESTS.topicName(), name, dnsName, owner, targets);
    }

    /** @param topic the general topic, or the one of the team */
    void request(String topic, String name, String dnsName, String owner, List<String> targets) {
        var data = new CertificateRequested(
                name,
                owner,
                List.of(new RequestedIdentifier("dns", dnsName)),
                Optional.empty(),
                Optional.empty(),
                targets,
                Map.of());
        CloudEvent event = CloudEvent.request(name, SOURCE, data, Clock.systemUTC());
        var record = new ProducerRecord<>(topic, name, EventCodec.encode(data));
        event.headers().forEach((key, value) -> record.headers().add(key, value.getBytes(StandardCharsets.UTF_8)));
        requests.add(producer.send(record));
    }

    /**
     * Returns when the broker has stored all requests.
     *
     * @throws IllegalStateException if it did not store one of them
     */
    void flush() {
        producer.flush();
        for (Future<RecordMetadata> request : requests) {
            if (request.state() == Future.State.FAILED) {
                throw new IllegalStateException("the broker did not store a request", request.exceptionNow());
            }
        }
        requests.clear();
    }

    /** Events since the last call. Waits up to 100 ms for the first one. */
    List<Event> events() {
        List<Event> events = new ArrayList<>();
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
            if (EventCodec.decode(TextHeaders.of(record), record.value()) instanceof DecodedRecord.Known known) {
                events.add(known.event().data());
            }
        }
        return events;
    }

    @Override
    public void close() {
        producer.close();
        consumer.close();
    }
}
