package dev.perennial.orders.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code timeline}: the history of each certificate. */
public final class Timeline {
    private static final TypeReference<Map<String, Object>> DETAIL = new TypeReference<>() {};

    /**
     * One entry of the timeline.
     *
     * @param initiator the principal on whose behalf it happened; empty in an entry that cannot be read
     */
    public record Entry(
            Instant at,
            OrderId orderId,
            String entry,
            Map<String, Object> detail,
            Optional<Initiator> initiator,
            Optional<String> traceId) {
        public Entry(
                Instant at,
                OrderId orderId,
                String entry,
                Map<String, Object> detail,
                Initiator initiator,
                Optional<String> traceId) {
            this(at, orderId, entry, detail, Optional.of(initiator), traceId);
        }

        public Entry {
            detail = Map.copyOf(detail);
        }
    }

    private final Handle tx;

    public Timeline(Handle tx) {
        this.tx = tx;
    }

    public void add(CertificateId certificate, Entry entry) {
        tx.createUpdate("""
                INSERT INTO timeline (certificate_id, order_id, at, entry, detail, initiator, trace_id)
                VALUES (:certificate, :order, :at, :entry, CAST(:detail AS jsonb), :initiator, :traceId)""")
                .bind("certificate", certificate.value())
                .bind("order", entry.orderId().value())
                .bind("at", Columns.at(entry.at()))
                .bind("entry", entry.entry())
                .bind("detail", Json.write(entry.detail()))
                .bind("initiator", entry.initiator().map(Initiator::id).orElse(null))
                .bind("traceId", entry.traceId().orElse(null))
                .execute();
    }

    public boolean contains(CertificateId certificate, OrderId order, String entry) {
        return tx.createQuery("""
                SELECT EXISTS (SELECT FROM timeline
                    WHERE certificate_id = :certificate AND order_id = :order AND entry = :entry)""")
                .bind("certificate", certificate.value())
                .bind("order", order.value())
                .bind("entry", entry)
                .mapTo(Boolean.class)
                .one();
    }

    /** An entry with details that cannot be read is shown without them. */
    private static Map<String, Object> detail(String json) {
        return Json.readOr(() -> Map.copyOf(Json.read(json, DETAIL)), Map.of("unreadable", true));
    }

    /** The last thousand entries, in the order in which they were recorded. */
    public List<Entry> of(CertificateId certificate) {
        return tx.createQuery("""
                SELECT * FROM (SELECT * FROM timeline WHERE certificate_id = :id ORDER BY seq DESC LIMIT 1000) t
                ORDER BY seq""")
                .bind("id", certificate.value())
                .map((row, context) -> new Entry(
                        Columns.instant(row, "at"),
                        OrderId.of(row.getString("order_id")),
                        row.getString("entry"),
                        detail(row.getString("detail")),
                        Columns.optionalText(row, "initiator").flatMap(Initiator::of),
                        Columns.optionalText(row, "trace_id")))
                .list();
    }
}
