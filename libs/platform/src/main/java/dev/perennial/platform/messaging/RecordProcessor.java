package dev.perennial.platform.messaging;

import dev.perennial.events.Topic;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Acknowledges a record after its work, or after it is on the dead-letter topic. A record is never rejected to the
 * connector, which would end the channel if it cannot write the dead letter.
 */
@Singleton
public class RecordProcessor {
    private static final Logger LOG = Logger.getLogger(RecordProcessor.class);

    /** The age from which a consumer may lose records, because it is too far behind. */
    private static final Duration LATE = Topic.RETENTION.dividedBy(2);

    private final DeadLetters deadLetters;
    private final MeterRegistry meters;
    private final Clock clock;
    private final LimitedLog lateLog = new LimitedLog(Duration.ofMinutes(10));

    @Inject
    public RecordProcessor(DeadLetters deadLetters, MeterRegistry meters) {
        this(deadLetters, meters, Clock.systemUTC());
    }

    RecordProcessor(DeadLetters deadLetters, MeterRegistry meters, Clock clock) {
        this.deadLetters = deadLetters;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * Blocks until the work is done and the record is acknowledged, or the record is on the dead-letter topic. Never
     * completes if the process stops during the work.
     */
    public CompletionStage<Void> process(
            Message<ConsumerRecord<String, byte[]>> message, Consumer<ConsumerRecord<String, byte[]>> work) {
        ConsumerRecord<String, byte[]> record = message.getPayload();
        checkAge(record);
        try {
            processOrMove(record, work);
        } catch (Shutdown.WorkInterrupted e) {
            // Neither acknowledged nor a dead letter: Kafka delivers it again after the restart.
            return new CompletableFuture<>();
        }
        return message.ack();
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

    private void processOrMove(ConsumerRecord<String, byte[]> record, Consumer<ConsumerRecord<String, byte[]>> work) {
        try {
            work.accept(record);
        } catch (RuntimeException | StackOverflowError e) {
            if (Shutdown.isUnderWay()) {
                throw new Shutdown.WorkInterrupted();
            }
            moveToDeadLetters(record, e);
        }
    }

    private void moveToDeadLetters(ConsumerRecord<String, byte[]> record, Throwable reason) {
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
