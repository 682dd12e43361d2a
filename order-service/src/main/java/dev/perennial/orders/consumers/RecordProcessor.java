package dev.perennial.orders.consumers;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Outages;
import dev.perennial.platform.messaging.Shutdown;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.jboss.logging.Logger;

/**
 * Processes one record at a time. If a dead letter cannot be written, the connector would end the channel
 * permanently. This class waits until it is written instead, so that one unreadable record does not stop the others.
 */
@Singleton
public class RecordProcessor {
    private static final Logger LOG = Logger.getLogger(RecordProcessor.class);

    private final Outages outages;
    private final MeterRegistry meters;

    @Inject
    public RecordProcessor(Outages outages, MeterRegistry meters) {
        this.outages = outages;
        this.meters = meters;
    }

    /**
     * Blocks until the work is done and the record is acknowledged, or the record is on the dead-letter topic. Never
     * completes if the process stops during the work.
     */
    public CompletionStage<Void> process(
            Message<ConsumerRecord<String, byte[]>> message, Consumer<ConsumerRecord<String, byte[]>> work) {
        ConsumerRecord<String, byte[]> record = message.getPayload();
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        try {
            work.accept(record);
        } catch (RuntimeException e) {
            if (Shutdown.isUnderWay()) {
                // Neither acknowledged nor a dead letter: Kafka delivers it again after the restart.
                return new CompletableFuture<>();
            }
            moveToDeadLetters(message, e, place);
            return CompletableFuture.completedStage(null);
        }
        return message.ack();
    }

    private void moveToDeadLetters(Message<?> message, RuntimeException reason, String place) {
        meters.counter("perennial_dead_letters_total").increment();
        switch (reason) {
            case DeadLetterException refused ->
                LOG.warnf("record %s is moved to the dead-letter topic: %s", place, refused.getMessage());
            case RuntimeException defect ->
                LOG.errorf(
                        defect,
                        "ALARM: record %s could not be processed because of a defect; it is moved to the dead-letter topic and not retried. Report the stack trace; replay the record after an upgrade",
                        place);
        }
        outages.waitOut("dead letter " + place, () -> nack(message, reason, place));
    }

    private static String nack(Message<?> message, RuntimeException reason, String place) {
        try {
            message.nack(reason).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof RecordTooLargeException)) {
                throw new RetryLater(
                        Problem.of(ErrorCode.INTERNAL, "the dead letter cannot be written; it is retried"), e);
            }
            // The topic of the record accepts larger records than the dead-letter topic. Waiting would not help.
            LOG.errorf(
                    "record %s is too large for the dead-letter topic; it is acknowledged and stays on its own topic only. Raise max.message.bytes of the dead-letter topic",
                    place);
            message.ack().toCompletableFuture().join();
        }
        return place;
    }
}
