package dev.perennial.orders.retention;

import dev.perennial.orders.replacement.EndedReplacements;
import dev.perennial.orders.store.EndedOrders;
import dev.perennial.orders.store.ExpiredCertificates;
import dev.perennial.orders.store.TimelinePartitions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * The time of the oldest row of each table with history: certificates by expiry, the others by creation. A partition of
 * the timeline counts from its start.
 */
final class OldestRows {
    private static final Map<String, Function<Handle, Optional<Instant>>> QUERIES = Map.of(
            "certificate_order", tx -> new EndedOrders(tx).oldest(),
            "issued_certificate", tx -> new ExpiredCertificates(tx).oldest(),
            "replacement", tx -> new EndedReplacements(tx).oldest(),
            "timeline",
                    tx -> new TimelinePartitions(tx)
                            .months().stream().findFirst().map(TimelinePartitions::start));

    private OldestRows() {}

    static List<String> tables() {
        return QUERIES.keySet().stream().sorted().toList();
    }

    /** Empty tables are absent. */
    static Map<String, Instant> of(Handle tx) {
        Map<String, Instant> oldest = new TreeMap<>();
        QUERIES.forEach((table, query) -> query.apply(tx).ifPresent(at -> oldest.put(table, at)));
        return oldest;
    }
}
