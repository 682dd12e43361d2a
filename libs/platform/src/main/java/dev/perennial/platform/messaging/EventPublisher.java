package dev.perennial.platform.messaging;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/** Publishes events with the current trace context. A publication is complete when the broker has acknowledged it. */
public final class EventPublisher {
    /** Longer than the producer's own delivery timeout, so that the producer reports the failure with its cause. */
    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(45);

    private final MutinyEmitter<byte[]> emitter;

    public EventPublisher(MutinyEmitter<byte[]> emitter) {
        this.emitter = emitter;
    }

    /** Blocks until the broker has acknowledged the event; call it on a virtual or worker thread. */
    public void publish(CloudEvent event) {
        send(event.subject(), event.headers(), EventCodec.encode(event.data()), Context.current())
                .await()
                .atMost(ACKNOWLEDGEMENT_TIMEOUT);
    }

    /**
     * Publishes a tombstone, which removes the key from a compacted topic. Blocks until the broker has acknowledged it.
     */
    public void publishTombstone(String key) {
        send(key, Map.of(), null, Context.current()).await().atMost(ACKNOWLEDGEMENT_TIMEOUT);
    }

    /** Sends without blocking; completes when the broker has acknowledged the record. */
    public Uni<Void> send(String key, Map<String, String> headers, byte[] value, Context trace) {
        var kafkaHeaders = new RecordHeaders();
        headers.forEach((name, text) -> kafkaHeaders.add(name, text.getBytes(StandardCharsets.UTF_8)));
        var metadata = OutgoingKafkaRecordMetadata.<String>builder()
                .withKey(key)
                .withHeaders(kafkaHeaders)
                .build();
        return emitter.sendMessage(Message.of(value, Metadata.of(metadata, TracingMetadata.withCurrent(trace))));
    }
}
