package dev.perennial.platform.messaging;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Actions that follow the acknowledgement of a record. */
final class Acknowledgements {
    private Acknowledgements() {}

    /** @param release runs after the acknowledgement, positive or negative, also if that fails */
    static <T> Message<T> thenRun(Message<T> record, Runnable release) {
        return record.withAckWithMetadata(metadata -> thenRun(() -> record.ack(metadata), release))
                .withNackWithMetadata((reason, metadata) -> thenRun(() -> record.nack(reason, metadata), release));
    }

    private static CompletionStage<Void> thenRun(Supplier<CompletionStage<Void>> acknowledgement, Runnable release) {
        try {
            return acknowledgement.get().whenComplete((done, failure) -> release.run());
        } catch (RuntimeException e) {
            release.run();
            throw e;
        }
    }
}
