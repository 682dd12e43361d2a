package dev.perennial.orders.retention;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.store.TimelinePartitions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The time of the oldest row of each table with history, each found by an index; a partition counts from its begin. */
final class OldestRows {
    /** Certificates by expiry, the others by creation. UUIDv7 sort by time. */
    private static final Map<String, String> QUERIES = Map.of(
            "certificate_order", "SELECT created_at AS at FROM certificate_order ORDER BY id LIMIT 1",
            "issued_certificate", "SELECT not_after AS at FROM issued_certificate ORDER BY not_after LIMIT 1",
            "replacement", "SELECT created_at AS at FROM replacement ORDER BY id LIMIT 1");

    private static final String TIMELINE = "timeline";

    private OldestRows() {}

    static List<String> tables() {
        return Stream.concat(Stream.of(TIMELINE), QUERIES.keySet().stream())
                .sorted()
                .toList();
    }

    /** Empty tables are absent. */
    static Map<String, Instant> of(Handle tx) {
        Map<String, Instant> oldest = new TreeMap<>();
        QUERIES.forEach((table, query) -> tx.createQuery(query)
                .map((row, context) -> Columns.optionalInstant(row, "at"))
                .findFirst()
                .flatMap(at -> at)
                .ifPresent(at -> oldest.put(table, at)));
        new TimelinePartitions(tx)
                .months().stream()
                        .findFirst()
                        .ifPresent(month -> oldest.put(TIMELINE, TimelinePartitions.start(month)));
        return oldest;
    }
}
