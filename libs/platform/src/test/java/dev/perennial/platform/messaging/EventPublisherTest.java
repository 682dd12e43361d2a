package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class EventPublisherTest {
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
