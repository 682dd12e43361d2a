package dev.perennial.orders.messaging;

import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.util.Map;

/** Sends a record of the relay; completes when the broker has acknowledged it. */
@FunctionalInterface
interface RecordSender {
    /** @param value null for a tombstone */
    Uni<Void> send(String topic, String key, Map<String, String> headers, byte[] value, Context trace);
}
