package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class EventReaderTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final EventReader reader = new EventReader(meters);
    private final CloudEvent event = CloudEvent.about(
            "subject",
            URI.create("/perennial/test"),
            new OrderFailed(CertificateId.next(), OrderId.next(), 1, Problem.of(ErrorCode.CA_REFUSED, "no")),
            Clock.systemUTC());

    @Test
    void decodesPublishedEvents() {
        var record = record(event.headers(), EventCodec.encode(event.data()));

        assertThat(reader.event(record)).contains(event);
    }

    @Test
    void acknowledgesAndCountsAnUnknownType() {
        var headers = new java.util.HashMap<>(event.headers());
        headers.put(CloudEvent.TYPE, "certificate.praised");

        assertThat(reader.event(record(headers, new byte[0]))).isEmpty();
        assertThat(meters.counter("perennial_unknown_events_total", "topic", "topic")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void rejectsAnUnreadableKnownTypeWithoutQuotingItsContent() {
        var record = record(event.headers(), "{\"certificateId\": \"hunter2\"}".getBytes(StandardCharsets.UTF_8));

        assertThatThrownBy(() -> reader.event(record))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("invalid-field at topic-3@17")
                .hasMessageNotContaining("dev.perennial");
    }

    @Test
    void doesNotDecodeTypesThatAreNotWanted() {
        var unreadable = record(event.headers(), new byte[0]);

        assertThat(reader.event(unreadable, Set.of(EventType.ORDER_PLACED))).isEmpty();
        assertThatThrownBy(() -> reader.event(unreadable, Set.of(EventType.ORDER_FAILED)))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @Test
    void takesTheLastOfARepeatedHeader() {
        var record = record(event.headers(), EventCodec.encode(event.data()));
        record.headers().add("traceparent", "first".getBytes(StandardCharsets.UTF_8));
        record.headers().add("Traceparent", "second".getBytes(StandardCharsets.UTF_8));

        assertThat(EventReader.headers(record)).containsEntry("traceparent", "second");
    }

    private static ConsumerRecord<String, byte[]> record(Map<String, String> headers, byte[] value) {
        var record = new ConsumerRecord<>("topic", 3, 17L, "key", value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        return record;
    }
}
