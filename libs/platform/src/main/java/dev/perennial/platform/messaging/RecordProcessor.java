package dev.perennial.platform.messaging;

import dev.perennial.events.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Acknowledges a record after its work, or after it is on the dead-letter topic. A record is never rejected to the
 * connector, which would end the channel if it cannot write the dead letter. Further records do not wait for a dead
 * letter that cannot be written, for example because its topic is missing.
 */
@Singleton
public class RecordProcessor {
    private static final Logger LOG = Logger.getLogger(RecordProcessor.class);

    /** The age from which a consumer may lose records, because it is too far behind. */
    private static final Duration LATE = Topic.RETENTION.dividedBy(2);

    /** Records at 256 KiB that may wait for their dead letters at the same time; further ones stop their channels. */
    private static final int MAX_UNWRITTEN = 32;

    private final DeadLetters deadLetters;
    /** Longer than a publication takes while Kafka works. */
    private final Duration usualPublication;

    private final MeterRegistry meters;
    private final Clock clock;
    private final LimitedLog lateLog = new LimitedLog(Duration.ofMinutes(10));
    private final LimitedLog unwrittenLog = new LimitedLog(Duration.ofMinutes(10));
    private final Semaphore publications = new Semaphore(MAX_UNWRITTEN);
    /** The dead-letter topics by the records that wait for them. */
    private final Map<String, String> unwritten = new ConcurrentHashMap<>();

    @Inject
    public RecordProcessor(DeadLetters deadLetters, MeterRegistry meters) {
        this(deadLetters, meters, Clock.systemUTC(), Duration.ofSeconds(5));
    }

    RecordProcessor(DeadLetters deadLetters, MeterRegistry meters, Clock clock, Duration usualPublication) {
        this.deadLetters = deadLetters;
        this.usualPublication = usualPublication;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Blocks until the work is done. Completes when the record is acknowledged; if its dead letter cannot be written
     * now, already before: the record is acknowledged later, and Kafka delivers it again after a restart. Never
     * completes if the process stops during the work.
     */
    public CompletionStage<Void> process(
            Message<ConsumerRecord<String, byte[]>> message, Consumer<ConsumerRecord<String, byte[]>> work) {
        ConsumerRecord<String, byte[]> record = message.getPayload();
        checkAge(record);
        try {
            Optional<Throwable> failure = failure(record, work);
            return failure.isEmpty() ? message.ack() : moveToDeadLetters(message, failure.get());
        } catch (Shutdown.WorkInterrupted e) {
            // Neither acknowledged nor a dead letter: Kafka delivers it again after the restart.
            return new CompletableFuture<>();
        }
    }

    /** The dead-letter topics that records wait for. */
    Set<String> unwritten() {
        return Set.copyOf(unwritten.values());
    }

    private void checkAge(ConsumerRecord<?, ?> record) {
        // The producer sets the timestamp, and -1 means none.
        long age = clock.millis() - record.timestamp();
        if (record.timestamp() < 0 || age < LATE.toMillis()) {
            return;
        }
        meters.counter("perennial_late_records_total", "topic", record.topic()).increment();
        lateLog.ifDue(skipped -> LOG.errorf(
                "ALARM: the record at %s-%d@%d is %d days old; records are deleted after %d days. If this consumer does not"
                        + " catch up in time, records are lost. Check its lag; see docs/operating/kafka.md#late-records",
                record.topic(),
                record.partition(),
                record.offset(),
                Duration.ofMillis(age).toDays(),
                Topic.RETENTION.toDays()));
    }

    private static Optional<Throwable> failure(
            ConsumerRecord<String, byte[]> record, Consumer<ConsumerRecord<String, byte[]>> work) {
        try {
            work.accept(record);
            return Optional.empty();
        } catch (RuntimeException | StackOverflowError e) {
            if (Shutdown.isUnderWay()) {
                throw new Shutdown.WorkInterrupted();
            }
            return Optional.of(e);
        }
    }

    private CompletionStage<Void> moveToDeadLetters(Message<ConsumerRecord<String, byte[]>> message, Throwable reason) {
        ConsumerRecord<String, byte[]> record = message.getPayload();
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        meters.counter("perennial_dead_letters_total").increment();
        if (reason instanceof DeadLetterException refused) {
            LOG.warnf("record %s is moved to the dead-letter topic: %s", place, refused.getMessage());
        } else {
            LOG.errorf(
                    reason,
                    "ALARM: record %s could not be processed because of a defect; it is moved to the dead-letter topic and not retried. Report the stack trace; replay the record after an upgrade; see docs/reference/errors.md#internal",
                    place);
        }
        CompletableFuture<CompletionStage<Void>> moved = new CompletableFuture<>();
        try {
            publications.acquire();
            Thread.ofVirtual().name("dead-letter").start(() -> {
                try {
                    publish(record, place, reason);
                    moved.complete(message.ack());
                } catch (RuntimeException e) {
                    moved.completeExceptionally(e);
                } finally {
                    unwritten.remove(place);
                    publications.release();
                }
            });
            Duration wait = unwritten.isEmpty() ? usualPublication : Duration.ZERO;
            return moved.get(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            String topic = deadLetters.topic(record.topic());
            unwritten.put(place, topic);
            if (moved.isDone()) {
                unwritten.remove(place);
            }
            // The records behind it in its sequence need not wait for the dead letter.
            message.getMetadata(RecordOrder.Turn.class)
                    .ifPresent(turn -> turn.release().run());
            unwrittenLog.ifDue(skipped -> LOG.errorf(
                    "ALARM: %s does not accept the dead letter of record %s. The record stays unacknowledged, the"
                            + " publication is repeated, and other records are processed, until %d records wait. Create"
                            + " the topic, or restore Kafka; see docs/operating/kafka.md#dead-letters",
                    topic, place, MAX_UNWRITTEN));
            return CompletableFuture.completedStage(null);
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException failure -> throw failure;
                case Throwable failure -> throw new IllegalStateException(failure);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Shutdown.WorkInterrupted();
        }
    }

    private void publish(ConsumerRecord<String, byte[]> record, String place, Throwable reason) {
        try {
            deadLetters.publish(record, reason);
        } catch (RecordTooLargeException e) {
            // The topic of the record accepts larger records than the dead-letter topic. Waiting would not help.
            LOG.errorf(
                    "record %s is too large for the dead-letter topic; it is acknowledged and stays on its own topic only. Raise max.message.bytes of the dead-letter topic",
                    place);
        }
    }
}
