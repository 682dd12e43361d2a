package dev.perennial.scenarios;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.testbed.kafka.ContractTopics;
import dev.perennial.testbed.kafka.TextHeaders;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Records all records on the topics since its creation, including dead letters. */
final class EventRecorder implements AutoCloseable {
    /** @param event the decoded record */
    record Received(String topic, String key, Map<String, String> headers, byte[] value, DecodedRecord event) {
        Event data() {
            return event instanceof DecodedRecord.Known(CloudEvent known) ? known.data() : null;
        }
    }

    /** Longer than the interval of a minute after an attempt that failed while a service was down. */
    private static final Duration LIMIT = Duration.ofSeconds(300);

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /** Records from the beginning of the topics. */
    static EventRecorder fromBeginning(String bootstrapServers) {
        var recorder = new EventRecorder(bootstrapServers);
        recorder.consumer.seekToBeginning(recorder.consumer.assignment());
        recorder.thread.start();
        return recorder;
    }

    /** Records what is published from now on. */
    static EventRecorder fromNow(String bootstrapServers) {
        var recorder = new EventRecorder(bootstrapServers);
        recorder.consumer.seekToEnd(recorder.consumer.assignment());
        // A seek takes effect only when the position is queried, which must be before the next event.
        recorder.consumer.assignment().forEach(recorder.consumer::position);
        recorder.thread.start();
        return recorder;
    }

    private EventRecorder(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "fetch.max.wait.ms", 100),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(ContractTopics.all().stream()
                .map(NewTopic::name)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList());
        thread = Thread.ofVirtual().name("event-recorder").unstarted(this::poll);
    }

    private void poll() {
        try {
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Map<String, String> headers = TextHeaders.of(record);
                    DecodedRecord event = EventCodec.decode(headers, record.value());
                    received.add(new Received(record.topic(), record.key(), headers, record.value(), event));
                }
            }
        } catch (WakeupException e) {
            // The recorder is being closed.
            return;
        } catch (RuntimeException e) {
            failure = Optional.of(e);
        } finally {
            consumer.close();
        }
    }

    /** @throws IllegalStateException if the recording has ended with a failure: an absent record proves nothing then */
    List<Received> received() {
        failure.ifPresent(cause -> {
            throw new IllegalStateException("the event recorder has stopped", cause);
        });
        return List.copyOf(received);
    }

    <T extends Event> List<T> all(Class<T> type, Predicate<T> which) {
        return received().stream()
                .map(Received::data)
                .filter(type::isInstance)
                .map(type::cast)
                .filter(which)
                .toList();
    }

    /** Waits until such an event is on a topic. */
    <T extends Event> T await(Class<T> type, Predicate<T> which) {
        return type.cast(await(type.getSimpleName(), s -> type.isInstance(s.data()) && which.test(type.cast(s.data())))
                .data());
    }

    Received await(String what, Predicate<Received> which) {
        Await.until(what + " on a topic", LIMIT, () -> received().stream().anyMatch(which), this::lastReceived);
        return received.stream().filter(which).findFirst().orElseThrow();
    }

    private String lastReceived() {
        StringBuilder text = new StringBuilder("received last:");
        List<Received> known = received.stream()
                .filter(s -> !(s.event() instanceof DecodedRecord.Unknown))
                .toList();
        known.stream()
                .skip(Math.max(0, known.size() - 12))
                .forEach(s -> text.append("\n  ").append(s.topic()).append(' ').append(s.data()));
        return text.append("\nat ").append(Instant.now()).toString();
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        thread.join(Duration.ofSeconds(10));
    }
}
