package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFact;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.Identifier;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.OrderServiceFact;
import dev.perennial.events.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventReaderTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventReader reader = new EventReader(meters, (record, headers, type) -> true);
    private final CloudEvent event = CloudEvent.about(
            "subject",
            URI.create("/perennial/order-service"),
            new OrderFailed(CertificateId.next(), OrderId.next(), 1, Problem.of(ErrorCode.CA_REFUSED, "no")),
            new Initiator("token:ci-shop"),
            Clock.systemUTC());

    @Test
    void decodesPublishedEvents() {
        var record = record(event.headers(), EventCodec.encode(event.data()));

        assertThat(dispatched(record, Event.class)).containsExactly(event);
    }

    @Test
    void acknowledgesAndCountsAnUnknownType() {
        var headers = new java.util.HashMap<>(event.headers());
        headers.put(CloudEvent.TYPE, "certificate.praised");

        assertThat(dispatched(record(headers, new byte[0]), Event.class)).isEmpty();
        assertThat(meters.counter("perennial_unknown_events_total", "topic", "certificate.orders")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void rejectsAnUnreadableKnownTypeWithoutQuotingItsContent() {
        var record = record(event.headers(), "{\"certificateId\": \"hunter2\"}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> dispatched(record, OrderServiceFact.class))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("invalid-field at certificate.orders-3@17")
                .hasMessageNotContaining("dev.perennial");
    }

    @Test
    void doesNotDecodeOtherTypes() {
        var unreadable = record(event.headers(), new byte[0]);

        assertThat(dispatched(unreadable, OrderPlaced.class)).isEmpty();
        assertThat(dispatched(unreadable, DeploymentFact.class)).isEmpty();
        assertThatThrownBy(() -> dispatched(unreadable, OrderFailed.class))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void refusesAKnownTypeOnATopicOfAnotherWriter() {
        var foreign = record("certificate.validations", event.headers(), EventCodec.encode(event.data()));

        assertThat(dispatched(foreign, Event.class)).isEmpty();
        assertThat(dispatched(foreign, OrderPlaced.class)).isEmpty();
        assertThat(foreign("certificate.validations")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/perennial/deploy-agent/web-1", "/perennial/order-service/", "/Perennial/order-service", "/shop"
            })
    void refusesAFactWhoseSourceIsNotTheWriterOfItsTopic(String source) {
        var headers = new java.util.HashMap<>(event.headers());
        headers.put(CloudEvent.SOURCE, source);

        assertThat(dispatched(record(headers, EventCodec.encode(event.data())), Event.class))
                .isEmpty();
        assertThat(foreign("certificate.orders")).isEqualTo(1);
    }

    @Test
    void keepsTheStateUnderAKeyIfItsWriterIsAnotherOne() {
        byte[] value = EventCodec.encode(new ChallengePresented(
                "token", "token.thumb", Identifier.dns("a.example.com"), "http-01", Instant.EPOCH, Optional.empty()));
        var headers = new java.util.HashMap<>(event.headers());
        headers.put(CloudEvent.TYPE, "challenge.presented");
        List<String> put = new ArrayList<>();

        reader.latest(
                record("certificate.challenges", headers, value),
                ChallengePresented.class,
                (event, presented) -> put.add(presented.token()),
                tombstone -> put.add(tombstone.key()));

        assertThat(put).isEmpty();
    }

    @Test
    void passesOnTheTimeOfATombstone() {
        List<Tombstone> removed = new ArrayList<>();
        for (String time : List.of("2026-12-01T13:00:00+01:00", "yesterday", "")) {
            reader.latest(
                    record("certificate.challenges", Map.of(CloudEvent.TIME, time), null),
                    ChallengePresented.class,
                    (event, presented) -> {},
                    removed::add);
        }

        assertThat(removed)
                .extracting(Tombstone::time)
                .containsExactly(
                        Optional.of(Instant.parse("2026-12-01T12:00:00Z")), Optional.empty(), Optional.empty());
    }

    @Test
    void usesTheLastOfRepeatedHeaders() {
        var record = record(event.headers(), EventCodec.encode(event.data()));
        record.headers().add("traceparent", "first".getBytes(StandardCharsets.UTF_8));
        record.headers().add("Traceparent", "second".getBytes(StandardCharsets.UTF_8));

        assertThat(EventReader.headers(record)).containsEntry("traceparent", "second");
    }

    private double foreign(String topic) {
        return meters.counter("perennial_foreign_events_total", "topic", topic, "type", "order.failed")
                .count();
    }

    private <T extends Event> List<CloudEvent> dispatched(ConsumerRecord<String, byte[]> record, Class<T> type) {
        List<CloudEvent> events = new ArrayList<>();
        reader.dispatch(record, type, (dispatched, data) -> {
            assertThat(data).isSameAs(dispatched.data());
            events.add(dispatched);
        });
        return events;
    }

    private static ConsumerRecord<String, byte[]> record(Map<String, String> headers, byte[] value) {
        return record("certificate.orders", headers, value);
    }

    private static ConsumerRecord<String, byte[]> record(String topic, Map<String, String> headers, byte[] value) {
        var record = new ConsumerRecord<>(topic, 3, 17L, "key", value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
