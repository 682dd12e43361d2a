package dev.perennial.orders.messaging;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.Initiator;
import dev.perennial.orders.database.Columns;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A row that is not yet published.
 *
 * @param data empty for a tombstone
 */
record UnpublishedRecord(
        long seq,
        String id,
        String topic,
        String key,
        String type,
        String source,
        Instant time,
        Optional<ByteBuffer> data,
        Optional<Initiator> initiator,
        Optional<String> traceparent) {
    static UnpublishedRecord of(ResultSet row) throws SQLException {
        return new UnpublishedRecord(
                row.getLong("seq"),
                row.getString("id"),
                row.getString("topic"),
                row.getString("key"),
                row.getString("type"),
                row.getString("source"),
                Columns.instant(row, "time"),
                Optional.ofNullable(row.getBytes("data"))
                        .map(bytes -> ByteBuffer.wrap(bytes).asReadOnlyBuffer()),
                Columns.optionalText(row, "initiator").flatMap(Initiator::of),
                Columns.optionalText(row, "traceparent"));
    }

    long bytes() {
        return data.map(ByteBuffer::remaining).orElse(0);
    }

    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CloudEvent.SPEC_VERSION, CloudEvent.VERSION);
        headers.put(CloudEvent.ID, id);
        headers.put(CloudEvent.SOURCE, source);
        headers.put(CloudEvent.TYPE, type);
        headers.put(CloudEvent.TIME, time.toString());
        headers.put(CloudEvent.SUBJECT, key);
        Initiator principal = initiator.orElse(Outbox.SYSTEM);
        headers.put(CloudEvent.AUTH_TYPE, principal.type().wireName());
        headers.put(CloudEvent.AUTH_ID, principal.id());
        if (data.isPresent()) {
            headers.put(CloudEvent.CONTENT_TYPE, CloudEvent.JSON);
        }
        return headers;
    }

    /** Null for a tombstone, as Kafka requires. */
    byte[] value() {
        return data.map(bytes -> {
                    byte[] value = new byte[bytes.remaining()];
                    bytes.duplicate().get(value);
                    return value;
                })
                .orElse(null);
    }
}
