package dev.perennial.orders.access;

import dev.perennial.orders.database.Columns;
import dev.perennial.rules.access.Resource;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The table {@code access_decision}: who did what, and who was denied what. */
public final class AccessLog {
    private static final int MAX_TEXT = 500;

    private final Handle tx;

    public AccessLog(Handle tx) {
        this.tx = tx;
    }

    /**
     * @param action its name on the wire
     * @param subject the token, the replacement or the name that a path names
     */
    public record Entry(
            long seq,
            Instant at,
            String principal,
            AccessInterface via,
            String action,
            Resource resource,
            Optional<String> subject,
            boolean allowed,
            String rule,
            Optional<String> traceId) {}

    void add(Entry entry) {
        tx.createUpdate("""
                INSERT INTO access_decision (at, principal, interface, action, owner, name, issuer, subject, allowed, rule,
                    trace_id)
                VALUES (:at, :principal, :via, :action, :owner, :name, :issuer, :subject, :allowed, :rule, :traceId)""")
                .bind("at", Columns.at(entry.at()))
                .bind("principal", entry.principal())
                .bind("via", entry.via().name())
                .bind("action", entry.action())
                .bind("owner", entry.resource().owner().orElse(null))
                .bind("name", entry.resource().name().orElse(null))
                .bind("issuer", entry.resource().issuer().orElse(null))
                .bind("subject", entry.subject().map(AccessLog::shortened).orElse(null))
                .bind("allowed", entry.allowed())
                .bind("rule", shortened(entry.rule()))
                .bind("traceId", entry.traceId().orElse(null))
                .execute();
    }

    /**
     * The newest first.
     *
     * @param before only entries with a smaller {@code seq}
     */
    public List<Entry> before(long before, Optional<String> principal, int limit) {
        Query query = tx.createQuery("SELECT * FROM access_decision WHERE seq < :before"
                        + (principal.isPresent() ? " AND principal = :principal" : "")
                        + " ORDER BY seq DESC LIMIT :limit")
                .bind("before", before)
                .bind("limit", limit);
        principal.ifPresent(it -> query.bind("principal", it));
        return query.map((row, context) -> new Entry(
                        row.getLong("seq"),
                        Columns.instant(row, "at"),
                        row.getString("principal"),
                        AccessInterface.valueOf(row.getString("interface")),
                        row.getString("action"),
                        new Resource(
                                Columns.optionalText(row, "owner"),
                                Columns.optionalText(row, "name"),
                                Columns.optionalText(row, "issuer")),
                        Columns.optionalText(row, "subject"),
                        row.getBoolean("allowed"),
                        row.getString("rule"),
                        Columns.optionalText(row, "trace_id")))
                .list();
    }

    private static String shortened(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    /** The {@code seq} of entries older than {@code before}, in ascending order. */
    public List<Long> older(Instant before, long after, int limit) {
        return tx.createQuery("""
                SELECT seq FROM access_decision WHERE seq > :after AND at < :before ORDER BY seq LIMIT :limit""")
                .bind("after", after)
                .bind("before", Columns.at(before))
                .bind("limit", limit)
                .mapTo(Long.class)
                .list();
    }

    public int delete(List<Long> entries) {
        return tx.createUpdate("DELETE FROM access_decision WHERE seq = ANY (:entries)")
                .bindArray("entries", Long.class, entries)
                .execute();
    }
}
