package dev.perennial.orders.store;

import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The deadlines of {@code certificate_order}: for the reports of services and hosts, and for resumptions. */
public final class OrderDeadlines {
    /** More orders than the limit are selected, because other transactions may have locked some of them. */
    private static final int OVERSELECT_FACTOR = 2;

    private static final int OVERSELECT_EXTRA = 64;

    private final Handle tx;

    public OrderDeadlines(Handle tx) {
        this.tx = tx;
    }

    /**
     * An order whose deadline has passed.
     *
     * @param resumedAt the issuer, if the order is to be resumed after a temporary problem
     */
    public record Overdue(OrderId id, Optional<String> resumedAt) {}

    /**
     * The orders whose deadline has passed. Owners take turns: an order comes earlier, the fewer overdue orders of its
     * owner precede it, then the longer it has been overdue. So ten thousand orders of one owner do not delay the order
     * of another. Orders that another transaction has locked are left out.
     *
     * @param unavailable issuers without capacity: their orders are not resumed
     */
    public List<Overdue> overdue(int limit, List<String> unavailable, Instant now) {
        return tx.createQuery("""
                WITH RECURSIVE owners AS (
                    (SELECT owner FROM certificate_order WHERE deadline_at IS NOT NULL ORDER BY owner LIMIT 1)
                    UNION ALL
                    SELECT n.owner FROM owners o CROSS JOIN LATERAL (
                        SELECT owner FROM certificate_order
                        WHERE deadline_at IS NOT NULL AND owner > o.owner ORDER BY owner LIMIT 1) n),
                candidates AS MATERIALIZED (
                    SELECT overdue.*, row_number() OVER (PARTITION BY o.owner ORDER BY overdue.deadline_at) AS turn
                    FROM owners o CROSS JOIN LATERAL (
                        SELECT * FROM (
                            SELECT id, deadline_at, CASE WHEN state IN ('PLACED', 'AUTHORIZED') AND problem IS NOT NULL
                                THEN coalesce(placed_issuer, issuer) END AS resumed_at
                            FROM certificate_order WHERE owner = o.owner AND deadline_at <= :now) passed
                        WHERE (resumed_at = ANY (:unavailable)) IS NOT TRUE
                        ORDER BY deadline_at LIMIT :many) overdue
                    ORDER BY turn, overdue.deadline_at LIMIT :many)
                SELECT c.id, c.resumed_at FROM candidates c JOIN certificate_order o ON o.id = c.id
                WHERE o.deadline_at <= :now
                ORDER BY c.turn, c.deadline_at LIMIT :limit
                FOR UPDATE OF o SKIP LOCKED""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .bind("many", limit * OVERSELECT_FACTOR + OVERSELECT_EXTRA)
                .bindArray("unavailable", String.class, unavailable)
                .map((row, context) ->
                        new Overdue(OrderId.of(row.getString("id")), Columns.optionalText(row, "resumed_at")))
                .list();
    }

    /** Moves a deadline that led to no move of the order. */
    public void postponeDeadline(OrderId id, Instant next, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET deadline_at = :next, updated_at = :now
                WHERE id = :id AND deadline_at < :next""")
                .bind("next", Columns.at(next))
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /** Stores why an order at its CA waits for its resumption; the next move of the order removes it. */
    public void interrupted(OrderId id, Problem why) {
        tx.createUpdate("UPDATE certificate_order SET problem = CAST(:why AS jsonb) WHERE id = :id")
                .bind("why", Json.write(why))
                .bind("id", id.value())
                .execute();
    }
}
