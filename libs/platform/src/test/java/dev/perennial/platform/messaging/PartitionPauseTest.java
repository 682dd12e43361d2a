package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class PartitionPauseTest {
    private static final String CHANNEL = "team-requests";
    private static final TopicPartition BUSY = new TopicPartition("certificate.requests.busy", 0);
    private static final TopicPartition CALM = new TopicPartition("certificate.requests.calm", 0);

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final PartitionPause pause = new PartitionPause((channel, partition) -> this.resume(partition));

    PartitionPauseTest() {
        consumer.assign(Set.of(BUSY, CALM));
    }

    @Test
    void pausesOnlyThePartitionWithManyRecordsInProgress() {
        pause.polled(records(BUSY, PartitionPause.LIMIT - 1), consumer);
        pause.polled(records(CALM, 1), consumer);
        assertThat(consumer.paused()).isEmpty();

        pause.polled(records(BUSY, 1), consumer);

        assertThat(consumer.paused()).containsExactly(BUSY);
    }

    @Test
    void resumesThePartitionWhenHalfOfTheRecordsAreAcknowledged() {
        pause.polled(records(BUSY, PartitionPause.LIMIT), consumer);

        acknowledge(PartitionPause.LIMIT - PartitionPause.RESUMED_AT - 1);
        assertThat(consumer.paused()).containsExactly(BUSY);

        acknowledge(1);
        assertThat(consumer.paused()).isEmpty();
    }

    @Test
    void pausesAgainAfterTheConnectorHasResumedAllPartitions() {
        pause.polled(records(BUSY, PartitionPause.LIMIT), consumer);
        consumer.resume(consumer.assignment());

        pause.polled(records(CALM, 1), consumer);

        assertThat(consumer.paused()).containsExactly(BUSY);
    }

    @Test
    void staysPausedIfFurtherRecordsArriveBeforeItIsResumed() {
        pause.polled(records(BUSY, PartitionPause.LIMIT), consumer);
        acknowledge(PartitionPause.LIMIT - PartitionPause.RESUMED_AT);
        pause.polled(records(BUSY, PartitionPause.LIMIT), consumer);

        pause.resume(consumer, BUSY);

        assertThat(consumer.paused()).containsExactly(BUSY);
    }

    @Test
    void pausesAPartitionWithFewLargeRecordsInProgress() {
        ConsumerRecord<String, byte[]> large =
                record(BUSY, 0, new byte[PartitionPause.BYTES_PER_PLACE * (PartitionPause.LIMIT - 1)]);
        pause.polled(new ConsumerRecords<>(Map.of(BUSY, List.of(large)), Map.of()), consumer);
        assertThat(consumer.paused()).containsExactly(BUSY);

        pause.ended(CHANNEL, large);

        assertThat(consumer.paused()).isEmpty();
    }

    /** The connector drops those records of a revoked partition that it has not passed on. */
    @Test
    void forgetsTheRecordsOfARevokedPartitionThatWereNotDelivered() {
        pause.polled(records(BUSY, PartitionPause.LIMIT), consumer);
        pause.onPartitionsRevoked(consumer, List.of(BUSY));
        // The state of a new assignment.
        consumer.resume(Set.of(BUSY));
        pause.onPartitionsAssigned(consumer, List.of(BUSY));

        pause.polled(records(BUSY, 1), consumer);

        assertThat(consumer.paused()).isEmpty();
    }

    /** Otherwise each rebalance would add records of a partition that cannot be processed, until the channel is full. */
    @Test
    void staysPausedAfterARebalanceWhileDeliveredRecordsWait() {
        pause.polled(records(BUSY, PartitionPause.LIMIT), consumer);
        records(BUSY, PartitionPause.LIMIT).forEach(pause::started);
        pause.onPartitionsRevoked(consumer, List.of(BUSY));
        consumer.resume(Set.of(BUSY));

        pause.onPartitionsAssigned(consumer, List.of(BUSY));
        assertThat(consumer.paused()).containsExactly(BUSY);

        acknowledge(PartitionPause.LIMIT - PartitionPause.RESUMED_AT);
        assertThat(consumer.paused()).isEmpty();
    }

    private void resume(TopicPartition partition) {
        pause.resume(consumer, partition);
    }

    private void acknowledge(int count) {
        for (int i = 0; i < count; i++) {
            pause.ended(CHANNEL, record(BUSY, i, new byte[0]));
        }
    }

    private static ConsumerRecords<String, byte[]> records(TopicPartition partition, int count) {
        return new ConsumerRecords<>(
                Map.of(
                        partition,
                        IntStream.range(0, count)
                                .mapToObj(offset -> record(partition, offset, new byte[0]))
                                .toList()),
                Map.of());
    }

    private static ConsumerRecord<String, byte[]> record(TopicPartition partition, int offset, byte[] value) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                ConsumerRecord.NO_TIMESTAMP,
                TimestampType.NO_TIMESTAMP_TYPE,
                "key".length(),
                value.length,
                "key",
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
