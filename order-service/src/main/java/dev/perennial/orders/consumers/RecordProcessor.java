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
 * Works on one record at a time. A dead letter that could not be written would end the channel for good, so this waits
 * until it is written: one stranger's record must not silence everybody's.
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
     * where a stop of the process cut the work off.
     */
    public CompletionStage<Void> hear(
            Message<ConsumerRecord<String, byte[]>> message, Consumer<ConsumerRecord<String, byte[]>> work) {
        ConsumerRecord<String, byte[]> record = message.getPayload();
        String place = record.topic() + "-" + record.partition() + "@" + record.offset();
        try {
            work.accept(record);
        } catch (RuntimeException e) {
            if (Shutdown.isUnderWay()) {
                // Neither acknowledged nor buried: it is delivered again after the start.
                return new CompletableFuture<>();
            }
            bury(message, e, place);
            return CompletableFuture.completedStage(null);
        }
        return message.ack();
    }

    private void bury(Message<?> message, RuntimeException reason, String place) {
        meters.counter("perennial_dead_letters_total").increment();
        switch (reason) {
            case DeadLetterException unusable ->
                LOG.warnf("%s goes to the dead letters: %s", place, unusable.getMessage());
            case RuntimeException defect -> LOG.errorf(defect, "ALARM: %s goes to the dead letters", place);
        }
        outages.waitOut("the dead letter " + place, () -> write(message, reason, place));
    }

    private static String write(Message<?> message, RuntimeException reason, String place) {
        try {
            message.nack(reason).toCompletableFuture().join();
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof RecordTooLargeException)) {
                throw new RetryLater(Problem.of(ErrorCode.INTERNAL, "the dead letter cannot be written now"), e);
            }
            // It came through a topic that takes more than the dead letters' one; waiting would change nothing.
            LOG.errorf(
                    "%s stays on its topic only: the dead letters' topic does not take it; raise its max.message.bytes",
                    place);
            message.ack().toCompletableFuture().join();
        }
        return place;
    }
}
