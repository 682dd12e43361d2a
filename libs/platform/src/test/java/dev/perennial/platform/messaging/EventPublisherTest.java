package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
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
}
