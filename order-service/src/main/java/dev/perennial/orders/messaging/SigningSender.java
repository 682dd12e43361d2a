package dev.perennial.orders.messaging;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.Event;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderPlaced;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.signatures.SignedOrders;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Signs each record, and the order in it, when it is sent. The row has no signature, so that a record that waits for Kafka for
 * a long time is signed with a key that is valid when it is published.
 */
final class SigningSender implements RecordSender {
    private final Supplier<SigningKey> keys;
    private final RecordSender sender;

    /** @param keys throws {@link dev.perennial.events.RetryLater} while the key cannot be read */
    SigningSender(Supplier<SigningKey> keys, RecordSender sender) {
        this.keys = keys;
        this.sender = sender;
    }

    @Override
    public Uni<Void> send(String topic, String key, Map<String, String> headers, byte[] value, Context trace) {
        SigningKey signingKey = keys.get();
        byte[] signedValue = withSignedOrder(signingKey, headers, value);
        Map<String, String> signedHeaders = new LinkedHashMap<>(headers);
        signedHeaders.put(CloudEvent.SIGNATURE, signingKey.sign(topic, headers, signedValue));
        return sender.send(topic, key, signedHeaders, signedValue, trace);
    }

    private static byte[] withSignedOrder(SigningKey key, Map<String, String> headers, byte[] value) {
        return value != null
                        && hasOrder(headers)
                        && EventCodec.decode(headers, value) instanceof DecodedRecord.Known known
                ? signed(key, known.event().data()).map(EventCodec::encode).orElse(value)
                : value;
    }

    private static boolean hasOrder(Map<String, String> headers) {
        String type = headers.get(CloudEvent.TYPE);
        return EventType.ORDER_PLACED.wireName().equals(type)
                || EventType.DEPLOYMENT_OVERDUE.wireName().equals(type);
    }

    private static Optional<Event> signed(SigningKey key, Event event) {
        if (event instanceof OrderPlaced placed) {
            return Optional.of(new OrderPlaced(SignedOrders.sign(key, placed.order())));
        }
        return event instanceof DeploymentOverdue late
                ? Optional.of(
                        new DeploymentOverdue(SignedOrders.sign(key, late.order()), late.fingerprint(), late.hosts()))
                : Optional.empty();
    }
}
