package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

class BytesInProgressTest {
    private static final int LIMIT = 1_000;

    @Test
    void deliversTheNextRecordWhenAnotherIsAcknowledged() {
        AssertSubscriber<Message<?>> channel = channel(records(5, 400));
        assertThat(delivered(channel)).containsExactly(0L, 1L);

        assertThat(channel.getItems().getFirst().ack()).isCompleted();

        assertThat(delivered(channel)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void deliversTheNextRecordWhenAnotherIsRejected() {
        AssertSubscriber<Message<?>> channel = channel(records(5, 400));

        assertThat(channel.getItems().getFirst().nack(new IllegalStateException("rejected")))
                .isCompleted();

        assertThat(delivered(channel)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void deliversARecordAboveTheLimitAlone() {
        AssertSubscriber<Message<?>> channel = channel(List.of(record(0, 10), record(1, 5_000), record(2, 10)));
        assertThat(delivered(channel)).containsExactly(0L);

        assertThat(channel.getItems().get(0).ack()).isCompleted();
        assertThat(delivered(channel)).containsExactly(0L, 1L);

        assertThat(channel.getItems().get(1).ack()).isCompleted();
        assertThat(delivered(channel)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void countsHeaders() {
        AssertSubscriber<Message<?>> channel =
                channel(List.of(record(0, 0, new byte[600]), record(1, 0, new byte[600]), record(2, 0, new byte[600])));

        assertThat(delivered(channel)).containsExactly(0L);
    }

    @Test
    void deliversAllSmallRecordsAtOnce() {
        assertThat(delivered(channel(records(50, 10)))).hasSize(50);
    }

    private static AssertSubscriber<Message<?>> channel(List<Message<?>> records) {
        return BytesInProgress.limited(Multi.createFrom().iterable(records), LIMIT)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
    }

    private static List<Long> delivered(AssertSubscriber<Message<?>> channel) {
        return channel.getItems().stream()
                .map(message -> message.getMetadata(IncomingKafkaRecordMetadata.class)
                        .orElseThrow()
                        .getOffset())
                .toList();
    }

    private static List<Message<?>> records(int count, int bytes) {
        return IntStream.range(0, count)
                .<Message<?>>mapToObj(offset -> record(offset, bytes))
                .toList();
    }

    private static Message<?> record(int offset, int bytes) {
        return record(offset, bytes, null);
    }

    private static Message<?> record(int offset, int bytes, byte[] header) {
        RecordHeaders headers = new RecordHeaders();
        headers.add("h", header);
        ConsumerRecord<String, byte[]> record = new ConsumerRecord<>(
                "topic",
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                bytes,
                "",
                new byte[bytes],
                headers,
                Optional.empty());
        return Message.of(record.value()).addMetadata(new IncomingKafkaRecordMetadata<>(record, "channel"));
    }
}
