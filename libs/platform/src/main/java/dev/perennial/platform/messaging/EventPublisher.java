package dev.perennial.platform.messaging;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.events.Topic;
import dev.perennial.platform.crypto.RecordSigner;
import dev.perennial.platform.telemetry.Initiators;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.TracingMetadata;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * Publishes events with the current trace context. A publication is complete when the broker has acknowledged it. While
 * Kafka is unavailable, it is repeated with the same event id, which consumers recognise as a duplicate.
 */
public final class EventPublisher {
    /**
     * Limit of one attempt: longer than twice {@code delivery.timeout.ms} (30 s, then the connector's retries), so that
     * the producer reports the cause first.
     */
    public static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofMinutes(2);

    private static final Retry UNTIL_AVAILABLE =
            new Retry(Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofDays(365));

    private final MutinyEmitter<byte[]> emitter;
    private final Optional<RecordSigner> signer;

    /** @param signer signs the events */
    public EventPublisher(MutinyEmitter<byte[]> emitter, Optional<RecordSigner> signer) {
        this.emitter = emitter;
        this.signer = signer;
    }

    /**
     * Blocks until the broker has acknowledged the event, for any time; call it on a virtual or worker thread.
     *
     * @throws Shutdown.WorkInterrupted if the service stops before
     * @throws RecordTooLargeException if no attempt can succeed
     * @throws IllegalArgumentException if the event has no initiator
     */
    public void publish(CloudEvent event) {
        if (event.initiator().isEmpty()) {
            throw new IllegalArgumentException(event.type().wireName() + " has no initiator");
        }
        byte[] value = EventCodec.encode(event.data());
        publish(event.type().wireName(), event.type().topic(), event.subject(), event.headers(), value);
    }

    /**
     * Publishes a tombstone, which removes the key from a compacted topic. Blocks like {@link #publish}.
     *
     * @param type of the state that is removed
     */
    public void publishTombstone(EventType type, String key, URI source, Clock clock) {
        Map<String, String> headers = CloudEvent.tombstoneHeaders(type, key, source, Initiators.current(source), clock);
        publish("a tombstone of " + type.wireName(), type.topic(), key, headers, null);
    }

    /** Each attempt has its own signature: an outage of Kafka may last longer than a key is used. */
    private void publish(String what, Topic topic, String key, Map<String, String> headers, byte[] value) {
        Context trace = Context.current();
        untilAcknowledged(
                what,
                () -> unlessStopped(() -> signed(topic, headers, value)),
                signed -> send(key, signed, value, trace));
    }

    private Map<String, String> signed(Topic topic, Map<String, String> headers, byte[] value) {
        Map<String, String> signed = new LinkedHashMap<>(headers);
        signer.ifPresent(it -> signed.put(CloudEvent.SIGNATURE, it.sign(topic.topicName(), headers, value)));
        return signed;
    }

    private static <T> T unlessStopped(Supplier<T> work) {
        if (Shutdown.isUnderWay()) {
            throw new Shutdown.WorkInterrupted();
        }
        return work.get();
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

    static void untilAcknowledged(String what, Supplier<Uni<Void>> attempt) {
        untilAcknowledged(what, () -> what, any -> attempt.get());
    }

    /** @param prepare throws {@link RetryLater} if the attempt is impossible now */
    static <T> void untilAcknowledged(String what, Supplier<T> prepare, Function<T, Uni<Void>> attempt) {
        UNTIL_AVAILABLE.call("the publication of " + what, Clock.systemUTC(), () -> {
            T prepared = prepare.get();
            try {
                attempt.apply(prepared).await().atMost(ACKNOWLEDGEMENT_TIMEOUT);
                return what;
            } catch (RecordTooLargeException e) {
                throw e;
            } catch (RuntimeException e) {
                if (Shutdown.isUnderWay()) {
                    throw new Shutdown.WorkInterrupted();
                }
                throw new RetryLater(
                        Problem.of(
                                ErrorCode.INTERNAL,
                                "Kafka did not acknowledge the record; it is sent again until it does",
                                e.getClass().getSimpleName()),
                        e);
            }
        });
    }
}
