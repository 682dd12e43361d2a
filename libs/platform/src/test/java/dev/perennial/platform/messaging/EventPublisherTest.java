package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EventPublisherTest {
    private static final Path GOLDEN = Path.of("..", "..", "events", "src", "test", "resources", "golden");

    @ParameterizedTest
    @EnumSource
    @Timeout(10)
    void publishesNoEventOfAnyTypeWithoutAnInitiator(EventType type) throws IOException {
        byte[] json = Files.readAllBytes(GOLDEN.resolve(type.wireName() + ".json"));
        Event data = EventCodec.mapper().readValue(json, type.dataClass());
        CloudEvent anonymous = new CloudEvent(
                "1", URI.create("/perennial/order-service"), Instant.EPOCH, "key", Optional.empty(), data);

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new EventPublisher(null, Optional.empty()).publish(anonymous))
                .withMessage(type.wireName() + " has no initiator");
    }

    @Test
    void repeatsAPublicationUntilItIsAcknowledged() {
        Queue<Uni<Void>> attempts = new ArrayDeque<>(List.of(
                Uni.createFrom().failure(new TimeoutException()),
                Uni.createFrom().failure(new TopicAuthorizationException("not yet")),
                Uni.createFrom().voidItem()));

        EventPublisher.untilAcknowledged("an event", attempts::remove);

        assertThat(attempts).isEmpty();
    }

    /** During a long outage of Kafka, the key that readers know changes. */
    @Test
    void signsEachAttemptOfAPublication() {
        List<Map<String, String>> sent = new ArrayList<>();
        Queue<String> signatures = new ArrayDeque<>(List.of("first key", "second key"));
        MutinyEmitter<byte[]> kafka = emitter(message -> {
            Map<String, String> headers = new TreeMap<>();
            message.getMetadata(OutgoingKafkaRecordMetadata.class)
                    .orElseThrow()
                    .getHeaders()
                    .forEach(it -> headers.put(it.key(), new String(it.value(), StandardCharsets.UTF_8)));
            sent.add(headers);
            return sent.size() == 1
                    ? Uni.createFrom().failure(new TimeoutException())
                    : Uni.createFrom().voidItem();
        });
        URI source = URI.create("/perennial/validation-service");

        new EventPublisher(kafka, Optional.of((topic, headers, value) -> signatures.remove()))
                .publishTombstone(EventType.CHALLENGE_PRESENTED, "token", source, Clock.systemUTC());

        assertThat(sent).extracting(it -> it.remove(CloudEvent.SIGNATURE)).containsExactly("first key", "second key");
        assertThat(sent.getFirst()).isEqualTo(sent.getLast()).containsKeys(CloudEvent.ID, CloudEvent.TIME);
    }

    @Test
    void doesNotRepeatWhatCannotSucceed() {
        assertThatExceptionOfType(RecordTooLargeException.class)
                .isThrownBy(() -> EventPublisher.untilAcknowledged(
                        "an event", () -> Uni.createFrom().failure(new RecordTooLargeException("2 MB"))));
    }

    @Test
    void endsIfTheServiceStops() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> EventPublisher.untilAcknowledged(
                            "an event", () -> Uni.createFrom().failure(new TimeoutException())));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** A signature may wait for Vault. */
    @Test
    void signsNothingIfTheServiceStops() {
        AtomicInteger signatures = new AtomicInteger();
        var publisher = new EventPublisher(
                emitter(message -> Uni.createFrom().voidItem()),
                Optional.of((topic, headers, value) -> "signature " + signatures.incrementAndGet()));
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> publisher.publishTombstone(
                            EventType.CHALLENGE_PRESENTED,
                            "token",
                            URI.create("/perennial/validation-service"),
                            Clock.systemUTC()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(signatures).hasValue(0);
    }

    @SuppressWarnings("unchecked")
    private static MutinyEmitter<byte[]> emitter(Function<Message<?>, Uni<Void>> send) {
        return (MutinyEmitter<byte[]>) Proxy.newProxyInstance(
                EventPublisherTest.class.getClassLoader(),
                new Class<?>[] {MutinyEmitter.class},
                (proxy, method, arguments) -> send.apply((Message<?>) arguments[0]));
    }
}
