package dev.perennial.orders.outbox;

import dev.perennial.events.CloudEvent;
import dev.perennial.orders.database.Columns;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A row that the broker does not have yet. */
record Unpublished(
        long seq,
        String id,
        String key,
        String type,
        String source,
        Instant time,
        ByteBuffer data,
        Optional<String> traceparent) {
    static Unpublished of(ResultSet row) throws SQLException {
        return new Unpublished(
                row.getLong("seq"),
                row.getString("id"),
                row.getString("key"),
                row.getString("type"),
                row.getString("source"),
                Columns.instant(row, "time"),
                ByteBuffer.wrap(row.getBytes("data")).asReadOnlyBuffer(),
                Columns.optionalText(row, "traceparent"));
    }

    Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CloudEvent.SPEC_VERSION, CloudEvent.VERSION);
        headers.put(CloudEvent.ID, id);
        headers.put(CloudEvent.SOURCE, source);
        headers.put(CloudEvent.TYPE, type);
        headers.put(CloudEvent.TIME, time.toString());
        headers.put(CloudEvent.SUBJECT, key);
        headers.put(CloudEvent.CONTENT_TYPE, CloudEvent.JSON);
        return headers;
    }

    byte[] value() {
        byte[] value = new byte[data.remaining()];
        data.duplicate().get(value);
        return value;
    }
}
