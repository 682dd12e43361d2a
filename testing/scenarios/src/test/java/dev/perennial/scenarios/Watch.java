package dev.perennial.scenarios;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Everything that is on the topics since the broker's start, dead letters included, as it comes. */
final class Watch implements AutoCloseable {
    /** @param event the record as an event of ours, where it is one */
    record Seen(String topic, String key, Map<String, String> headers, byte[] value, DecodedRecord event) {
        Event data() {
            return event instanceof DecodedRecord.Known(CloudEvent known) ? known.data() : null;
        }
    }

    /** An attempt that the CA failed while a service was down is followed by another a minute later. */
    private static final Duration LIMIT = Duration.ofSeconds(180);

    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final KafkaConsumer<String, byte[]> consumer;
    private final Thread thread;

    Watch(String bootstrapServers) {
        consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "group.id",
                        "watch-" + System.nanoTime(),
                        "auto.offset.reset",
                        "earliest",
                        "fetch.max.wait.ms",
                        20,
                        "metadata.max.age.ms",
                        1000),
                new StringDeserializer(),
                new ByteArrayDeserializer());
        consumer.subscribe(Pattern.compile("certificate\\..*"));
        thread = Thread.ofVirtual().name("watch").start(this::poll);
    }

    private void poll() {
        try {
            while (true) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    Map<String, String> headers = new HashMap<>();
                    record.headers().forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
                    DecodedRecord event = EventCodec.decode(headers, record.value());
                    seen.add(new Seen(record.topic(), record.key(), headers, record.value(), event));
                }
            }
        } catch (WakeupException e) {
            consumer.close();
        }
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    <T extends Event> List<T> all(Class<T> type, Predicate<T> which) {
        return seen.stream()
                .map(Seen::data)
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

    Seen await(String what, Predicate<Seen> which) {
        Wait.until(what + " on a topic", LIMIT, () -> seen.stream().anyMatch(which), this::lately);
        return seen.stream().filter(which).findFirst().orElseThrow();
    }

    private String lately() {
        StringBuilder text = new StringBuilder("seen lately:");
        List<Seen> told = seen.stream()
                .filter(s -> !(s.event() instanceof DecodedRecord.Unknown))
                .toList();
        told.stream()
                .skip(Math.max(0, told.size() - 12))
                .forEach(s -> text.append("\n  ").append(s.topic()).append(' ').append(s.data()));
        return text.append("\nat ").append(Instant.now()).toString();
    }

    @Override
    public void close() throws InterruptedException {
        consumer.wakeup();
        thread.join(Duration.ofSeconds(10));
    }
}
