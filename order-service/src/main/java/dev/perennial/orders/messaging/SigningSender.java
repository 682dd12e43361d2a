package dev.perennial.orders.messaging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.signatures.SignedOrders;
import io.opentelemetry.context.Context;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Signs each record, and the order in it, when it is sent. The row has no signature, so that a record that waits for Kafka for
 * a long time is signed with a key that is valid when it is published.
 */
final class SigningSender implements RecordSender {
    private final Supplier<SigningKey> keys;
    private final RecordSender sender;
    private volatile SigningKey key;

    /** @param keys throws {@link dev.perennial.events.RetryLater} while the key cannot be read */
    SigningSender(Supplier<SigningKey> keys, RecordSender sender) {
        this.keys = keys;
        this.sender = sender;
    }

    /**
     * Takes the key for the records that are sent from now on. They may be sent by a thread of the Kafka client, which must
     * not wait for Vault.
     *
     * @throws dev.perennial.events.RetryLater if there is none; then nothing can be sent
     */
    void takeKey() {
        key = keys.get();
    }

    @Override
    public Uni<Void> send(String topic, String recordKey, Map<String, String> headers, byte[] value, Context trace) {
        SigningKey signingKey = Objects.requireNonNull(key, "the key of the round");
        byte[] signedValue = withSignedOrder(signingKey, headers, value);
        Map<String, String> signedHeaders = new LinkedHashMap<>(headers);
        signedHeaders.put(CloudEvent.SIGNATURE, signingKey.sign(topic, headers, signedValue));
        return sender.send(topic, recordKey, signedHeaders, signedValue, trace);
    }

    /** The JSON is edited, not decoded: another version may have written the row with fields that this one does not know. */
    private static byte[] withSignedOrder(SigningKey key, Map<String, String> headers, byte[] value) {
        if (value == null || !hasOrder(headers)) {
            return value;
        }
        try {
            JsonNode data = EventCodec.mapper().readTree(value);
            if (!(data.get("order") instanceof ObjectNode order)) {
                return value;
            }
            SignedOrders.sign(key, order);
            return EventCodec.mapper().writeValueAsBytes(data);
        } catch (IOException e) {
            throw new UncheckedIOException("the data of the row is not JSON", e);
        }
    }

    private static boolean hasOrder(Map<String, String> headers) {
        String type = headers.get(CloudEvent.TYPE);
        return EventType.ORDER_PLACED.wireName().equals(type)
                || EventType.DEPLOYMENT_OVERDUE.wireName().equals(type);
    }
}
