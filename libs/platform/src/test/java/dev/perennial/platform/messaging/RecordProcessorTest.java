package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

class RecordProcessorTest {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final RecordProcessor processor =
            new RecordProcessor((record, reason) -> events.add("dead letter"), meters);

    @Test
    void acknowledgesAfterTheWork() {
        process(record -> events.add("work"));

        assertThat(events).containsExactly("work", "ack");
    }

    @Test
    void movesFailedRecordsToTheDeadLetterTopic() {
        CompletionStage<Void> end = process(RecordProcessorTest::fail);

        assertThat(events).containsExactly("dead letter", "ack");
        assertThat(end.toCompletableFuture()).isCompletedWithValue(null);
        assertThat(meters.counter("perennial_dead_letters_total").count()).isEqualTo(1);
    }

    @Test
    void raisesAnAlarmForADefectOnly() {
        List<String> logged = new ArrayList<>();
        Logger log = Logger.getLogger(RecordProcessor.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        log.addHandler(handler);
        try {
            process(RecordProcessorTest::fail);
            process(record -> {
                throw new DeadLetterException("no JSON");
            });
        } finally {
            log.removeHandler(handler);
        }

        assertThat(events).containsExactly("dead letter", "ack", "dead letter", "ack");
        assertThat(logged).hasSize(2);
        assertThat(logged.getFirst()).startsWith("ALARM: ");
        assertThat(logged.getLast()).doesNotContain("ALARM");
    }

    @Test
    void countsARecordOlderThanHalfTheRetentionAndProcessesIt() {
        Instant now = Instant.parse("2026-11-30T00:00:00Z");
        RecordProcessor inTime = new RecordProcessor(
                (record, reason) -> events.add("dead letter"),
                meters,
                Clock.fixed(now, ZoneOffset.UTC),
                Duration.ofMinutes(1));

        for (Duration age : List.of(Duration.ZERO, Duration.ofDays(6), Duration.ofDays(8))) {
            var record = new ConsumerRecord<String, byte[]>(
                    "certificate.requests",
                    0,
                    7,
                    now.minus(age).toEpochMilli(),
                    TimestampType.CREATE_TIME,
                    1,
                    1,
                    "k",
                    new byte[0],
                    new RecordHeaders(),
                    Optional.empty());
            inTime.process(Message.of(record, () -> DONE), it -> events.add("work"));
        }

        assertThat(events).containsExactly("work", "work", "work");
        assertThat(meters.counter("perennial_late_records_total", "topic", "certificate.requests")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void leavesARecordThatTheStopInterrupted() {
        Thread.currentThread().interrupt();
        CompletionStage<Void> end;
        try {
            end = process(RecordProcessorTest::fail);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(events).isEmpty();
        assertThat(end.toCompletableFuture()).isNotDone();
    }

    @Test
    void leavesARecordWhoseDeadLetterTheStopInterrupted() {
        CompletionStage<Void> end = new RecordProcessor(
                        (record, reason) -> {
                            throw new Shutdown.WorkInterrupted();
                        },
                        meters)
                .process(message(), RecordProcessorTest::fail);

        assertThat(events).isEmpty();
        assertThat(end.toCompletableFuture()).isNotDone();
    }

    @Test
    void acknowledgesARecordTooLargeForTheDeadLetterTopic() {
        CompletionStage<Void> end = new RecordProcessor(
                        (record, reason) -> {
                            throw new RecordTooLargeException("too large");
                        },
                        meters)
                .process(message(), RecordProcessorTest::fail);

        assertThat(events).containsExactly("ack");
        assertThat(end.toCompletableFuture()).isCompletedWithValue(null);
    }

    /** Its topic may be missing: one record must not stop its channel. */
    @Test
    void processesFurtherRecordsWhileADeadLetterCannotBeWritten() {
        CountDownLatch created = new CountDownLatch(1);
        var waiting = new RecordProcessor(
                (record, reason) -> {
                    waitFor(created);
                    events.add("dead letter");
                },
                meters,
                Clock.systemUTC(),
                Duration.ofMillis(1));

        CompletionStage<Void> end = waiting.process(message(), RecordProcessorTest::fail);
        waiting.process(message(), record -> events.add("work"));

        assertThat(end.toCompletableFuture()).isCompletedWithValue(null);
        assertThat(events).containsExactly("work", "ack");
        assertThat(new DeadLetterCheck(waiting).call().getStatus()).isEqualTo(HealthCheckResponse.Status.DOWN);
        created.countDown();
        await().untilAsserted(() -> assertThat(events).containsExactly("work", "ack", "dead letter", "ack"));
        await().untilAsserted(() ->
                assertThat(new DeadLetterCheck(waiting).call().getStatus()).isEqualTo(HealthCheckResponse.Status.UP));
    }

    /** Otherwise the records behind it in its sequence would wait for the dead letter. */
    @Test
    void endsTheTurnOfARecordWhoseDeadLetterCannotBeWritten() {
        CountDownLatch created = new CountDownLatch(1);
        var waiting = new RecordProcessor(
                (record, reason) -> waitFor(created), meters, Clock.systemUTC(), Duration.ofMillis(1));

        waiting.process(
                message().addMetadata(new RecordOrder.Turn(() -> events.add("turn"))), RecordProcessorTest::fail);

        assertThat(events).containsExactly("turn");
        created.countDown();
        await().untilAsserted(() -> assertThat(events).containsExactly("turn", "ack"));
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new Shutdown.WorkInterrupted();
        }
    }

    private CompletionStage<Void> process(Consumer<ConsumerRecord<String, byte[]>> work) {
        return processor.process(message(), work);
    }

    private Message<ConsumerRecord<String, byte[]>> message() {
        return Message.of(new ConsumerRecord<>("certificate.requests", 0, 7, "k", new byte[0]), () -> {
            events.add("ack");
            return DONE;
        });
    }

    private static void fail(ConsumerRecord<String, byte[]> record) {
        throw new IllegalStateException("cannot be read");
    }
}
