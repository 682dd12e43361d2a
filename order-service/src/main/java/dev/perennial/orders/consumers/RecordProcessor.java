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
 * Processes one record at a time. A dead letter that cannot be written would end the channel for good, so this class waits
 * until it is written: one unreadable record must not stop the records of all other clients.
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
     * Blocks until the work is done and the record acknowledged, or the record is among the dead letters. Never completes
     * if the process stops during the work.
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
                LOG.warnf("the record %s goes to the dead letters: %s", place, refused.getMessage());
            case RuntimeException defect ->
                LOG.errorf(
                        defect,
                        "ALARM: the record %s could not be processed because of a defect; it is kept among the dead letters and not"
                                + " tried again. Report the stack trace; replay the record after an upgrade",
                        place);
        }
        outages.waitOut("the dead letter " + place, () -> nack(message, reason, place));
    }

    private static String nack(Message<?> message, RuntimeException reason, String place) {
        try {
            message.nack(reason).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof RecordTooLargeException)) {
                throw new RetryLater(Problem.of(ErrorCode.INTERNAL, "the dead letter cannot be written now"), e);
            }
            // Its own topic accepts larger records than the topic of the dead letters; waiting would change nothing.
            LOG.errorf(
                    "the record %s is too large for the topic of its dead letters and stays on its own topic only;"
                            + " it is acknowledged. Raise max.message.bytes of the dead letters' topic",
                    place);
            message.ack().toCompletableFuture().join();
        }
        return place;
    }
}
