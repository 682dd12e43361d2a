package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.helpers.test.AssertSubscriber;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

class RecordOrderTest {
    @Test
    void deliversTheRecordsOfAKeyOneAfterTheOther() {
        AssertSubscriber<Message<?>> channel = channel(List.of(record("a", 0), record("a", 1), record("b", 2)));
        assertThat(delivered(channel)).containsExactly(0L, 2L);

        assertThat(channel.getItems().getFirst().ack()).isCompleted();

        assertThat(delivered(channel)).containsExactly(0L, 2L, 1L);
    }

    @Test
    void deliversTheNextRecordAfterARejection() {
        AssertSubscriber<Message<?>> channel = channel(List.of(record("a", 0), record("a", 1)));

        channel.getItems().getFirst().nack(new IllegalStateException("rejected"));

        assertThat(delivered(channel)).containsExactly(0L, 1L);
    }

    @Test
    void deliversTheNextRecordAfterAFailedAcknowledgement() {
        Message<?> failing = record("a", 0)
                .withAckWithMetadata(
                        metadata -> CompletableFuture.failedFuture(new IllegalStateException("no commit")));
        AssertSubscriber<Message<?>> channel = channel(List.of(failing, record("a", 1)));

        assertThat(channel.getItems().getFirst().ack()).isCompletedExceptionally();

        assertThat(delivered(channel)).containsExactly(0L, 1L);
    }

    /** Its dead letter cannot be written: {@link RecordProcessor} acknowledges it later. */
    @Test
    void deliversTheNextRecordAfterTheReleaseOfATurn() {
        AssertSubscriber<Message<?>> channel = channel(List.of(record("a", 0), record("a", 1), record("a", 2)));
        Message<?> first = channel.getItems().getFirst();

        first.getMetadata(RecordOrder.Turn.class).orElseThrow().release().run();
        assertThat(delivered(channel)).containsExactly(0L, 1L);

        assertThat(first.ack()).isCompleted();
        assertThat(delivered(channel)).as("the turn ended before").containsExactly(0L, 1L);
    }

    /**
     * After rebalances, a record is delivered several times while the first delivery is still in progress. The connector's own
     * order then loses the record behind them.
     */
    @Test
    void deliversTheRecordBehindRepeatedDeliveries() {
        AssertSubscriber<Message<?>> channel =
                channel(List.of(record("a", 8), record("a", 8), record("a", 8), record("a", 9)));

        for (int i = 0; i < 4; i++) {
            channel.getItems().get(i).ack();
        }

        assertThat(delivered(channel)).containsExactly(8L, 8L, 8L, 9L);
    }

    @Test
    void deliversEveryRecordOnceAndInOrderWhileManyThreadsAcknowledge() throws Exception {
        int keys = 40;
        int records = 20_000;
        CountDownLatch done = new CountDownLatch(records);
        Map<String, List<Long>> delivered = new ConcurrentHashMap<>();
        Map<String, AtomicInteger> inProgress = new ConcurrentHashMap<>();
        List<String> overlaps = Collections.synchronizedList(new ArrayList<>());
        try (var threads = Executors.newFixedThreadPool(8)) {
            RecordOrder.ordered(
                            Multi.createFrom().range(0, records).map(i -> (Message<?>) record("key-" + i % keys, i)),
                            ConsumerRecord::key)
                    .subscribe()
                    .with(message -> threads.execute(() -> {
                        String key = String.valueOf(kafka(message).key());
                        AtomicInteger active = inProgress.computeIfAbsent(key, any -> new AtomicInteger());
                        if (active.incrementAndGet() > 1) {
                            overlaps.add(key);
                        }
                        delivered
                                .computeIfAbsent(key, any -> Collections.synchronizedList(new ArrayList<>()))
                                .add(kafka(message).offset());
                        if (ThreadLocalRandom.current().nextInt(50) == 0) {
                            Thread.yield();
                        }
                        active.decrementAndGet();
                        message.ack();
                        done.countDown();
                    }));
            assertThat(done.await(60, TimeUnit.SECONDS))
                    .as("left: " + done.getCount())
                    .isTrue();
        }

        assertThat(overlaps).isEmpty();
        Map<String, List<Long>> expected = new HashMap<>();
        IntStream.range(0, records).forEach(i -> expected.computeIfAbsent("key-" + i % keys, any -> new ArrayList<>())
                .add((long) i));
        assertThat(delivered).isEqualTo(expected);
    }

    @Test
    void leavesFurtherRecordsInTheConnectorWhileManyWait() {
        AtomicInteger taken = new AtomicInteger();
        Multi<Message<?>> records = Multi.createFrom()
                .range(0, 10 * RecordOrder.MAX_WAITING)
                .onItem()
                .invoke(taken::incrementAndGet)
                .map(i -> record("a", i));

        AssertSubscriber<Message<?>> channel = RecordOrder.ordered(records, ConsumerRecord::key)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));

        assertThat(taken.get()).isLessThanOrEqualTo(RecordOrder.MAX_WAITING + 1);
        for (int i = 0; i < 10 * RecordOrder.MAX_WAITING; i++) {
            channel.getItems().get(i).ack();
        }
        channel.awaitCompletion(Duration.ofSeconds(10));
        assertThat(channel.getItems()).hasSize(10 * RecordOrder.MAX_WAITING);
    }

    private static AssertSubscriber<Message<?>> channel(List<Message<?>> records) {
        return RecordOrder.ordered(Multi.createFrom().iterable(records), ConsumerRecord::key)
                .subscribe()
                .withSubscriber(AssertSubscriber.create(Long.MAX_VALUE));
    }

    private static List<Long> delivered(AssertSubscriber<Message<?>> channel) {
        return channel.getItems().stream()
                .map(message -> kafka(message).offset())
                .toList();
    }

    private static ConsumerRecord<?, ?> kafka(Message<?> message) {
        return message.getMetadata(IncomingKafkaRecordMetadata.class)
                .orElseThrow()
                .getRecord();
    }

    private static Message<?> record(String key, long offset) {
        var record = new ConsumerRecord<>("orders", 0, offset, key, new byte[0]);
        return Message.of(new byte[0]).addMetadata(new IncomingKafkaRecordMetadata<>(record, "orders"));
    }
}
