package dev.perennial.orders.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.database.Outages;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.Test;

class RecordProcessorTest {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RecordProcessor processor = new RecordProcessor(new Outages(Clock.systemUTC()), meters);
    private final List<String> events = new ArrayList<>();

    @Test
    void acknowledgesAfterTheWork() {
        process(record -> events.add("work"), List.of());

        assertThat(events).containsExactly("work", "ack");
    }

    @Test
    void movesFailedRecordsToTheDeadLetterTopic() {
        CompletionStage<Void> end = process(RecordProcessorTest::fail, List.of(DONE));

        assertThat(events).containsExactly("nack");
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
            process(RecordProcessorTest::fail, List.of(DONE));
            process(
                    record -> {
                        throw new DeadLetterException("no JSON");
                    },
                    List.of(DONE));
        } finally {
            log.removeHandler(handler);
        }

        assertThat(events).containsExactly("nack", "nack");
        assertThat(logged).hasSize(2);
        assertThat(logged.getFirst()).startsWith("ALARM: ");
        assertThat(logged.getLast()).doesNotContain("ALARM");
    }

    @Test
    void leavesARecordThatTheStopInterrupted() {
        Thread.currentThread().interrupt();
        CompletionStage<Void> end;
        try {
            end = process(RecordProcessorTest::fail, List.of(DONE));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }

        assertThat(events).isEmpty();
        assertThat(end.toCompletableFuture()).isNotDone();
    }

    @Test
    void waitsUntilTheDeadLetterIsWritten() {
        CompletionStage<Void> end = process(
                RecordProcessorTest::fail,
                List.of(CompletableFuture.failedStage(new TimeoutException("no broker")), DONE));

        assertThat(events).containsExactly("nack", "nack");
        assertThat(end.toCompletableFuture()).isCompletedWithValue(null);
    }

    @Test
    void acknowledgesARecordTooLargeForTheDeadLetterTopic() {
        CompletionStage<Void> end = process(
                RecordProcessorTest::fail,
                List.of(CompletableFuture.failedStage(new RecordTooLargeException("too large"))));

        assertThat(events).containsExactly("nack", "ack");
        assertThat(end.toCompletableFuture()).isCompletedWithValue(null);
    }

    private CompletionStage<Void> process(
            java.util.function.Consumer<ConsumerRecord<String, byte[]>> work, List<CompletionStage<Void>> nacks) {
        Iterator<CompletionStage<Void>> answers = nacks.iterator();
        return processor.process(
                Message.of(
                        new ConsumerRecord<>("certificate.requests", 0, 7, "k", new byte[0]),
                        () -> {
                            events.add("ack");
                            return DONE;
                        },
                        reason -> {
                            events.add("nack");
                            return answers.next();
                        }),
                work);
    }

    private static void fail(ConsumerRecord<String, byte[]> record) {
        throw new IllegalStateException("cannot be read");
    }
}
