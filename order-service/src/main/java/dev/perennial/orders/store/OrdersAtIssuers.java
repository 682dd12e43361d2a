package dev.perennial.orders.store;

import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The rows of {@code certificate_order} by issuer: the orders in progress, and those that wait for them. */
public final class OrdersAtIssuers {
    private final Handle tx;

    public OrdersAtIssuers(Handle tx) {
        this.tx = tx;
    }

    /**
     * Lets orders wait for capacity of their issuer: until the time in the reason, or until {@link Orders#due} selects
     * them because the issuer has capacity again. Orders that wait for this already are left unchanged.
     *
     * @param reasons the reason of each order, with the time of its next attempt
     */
    public void awaitCapacity(Map<StoredOrder, Problem> reasons, Instant now) {
        if (reasons.isEmpty()) {
            return;
        }
        List<StoredOrder> orders = List.copyOf(reasons.keySet());
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = waiting.until, placed_issuer = waiting.issuer,
                    wait_problem = CAST(waiting.why AS jsonb), updated_at = :now
                FROM unnest(:ids, :issuers, :reasons, CAST(:until AS timestamptz[])) AS waiting(id, issuer, why, until)
                WHERE certificate_order.id = waiting.id AND NOT (waits_for_issuer = waiting.issuer AND due_at > :now)""")
                .bind("now", Columns.at(now))
                .bindArray(
                        "until",
                        String.class,
                        orders.stream()
                                .map(order -> reasons.get(order)
                                        .nextAttemptAt()
                                        .orElseThrow()
                                        .toString())
                                .toList())
                .bindArray(
                        "ids",
                        UUID.class,
                        orders.stream().map(order -> order.id().value()).toList())
                .bindArray(
                        "issuers",
                        String.class,
                        orders.stream().map(StoredOrder::issuer).toList())
                .bindArray(
                        "reasons",
                        String.class,
                        orders.stream()
                                .map(order -> Json.write(reasons.get(order)))
                                .toList())
                .execute();
    }

    /** The issuers with orders that wait for capacity. */
    public List<String> withWaitingOrders() {
        return tx.createQuery("""
                WITH RECURSIVE issuers AS (
                    SELECT min(waits_for_issuer) AS name FROM certificate_order WHERE waits_for_issuer > ''
                    UNION ALL
                    SELECT (SELECT min(o.waits_for_issuer) FROM certificate_order o
                            WHERE o.waits_for_issuer > '' AND o.waits_for_issuer > i.name)
                    FROM issuers i WHERE i.name IS NOT NULL)
                SELECT name FROM issuers WHERE name IS NOT NULL""").mapTo(String.class).list();
    }

    /**
     * The number of orders that a service processes, so that its report is outstanding.
     *
     * @param since orders that were published before are left out: their record may be lost
     */
    public Map<OwnerAtIssuer, Integer> countProcessed(Instant since) {
        return tx.createQuery("""
                SELECT owner, coalesce(placed_issuer, issuer) AS at_issuer, count(*) AS n FROM certificate_order
                WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NULL AND updated_at > :since
                GROUP BY 1, 2""").bind("since", Columns.at(since)).reduceRows(new HashMap<>(), (all, row) -> {
            all.put(
                    new OwnerAtIssuer(row.getColumn("owner", String.class), row.getColumn("at_issuer", String.class)),
                    row.getColumn("n", Integer.class));
            return all;
        });
    }

    /** As {@link #countProcessed}, by issuer: those that were resumed after a temporary problem. */
    public Map<String, Integer> countResumed(Instant since) {
        return byIssuer(tx.createQuery("""
                        SELECT coalesce(placed_issuer, issuer) AS at_issuer, count(*) AS n FROM certificate_order
                        WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NULL AND updated_at > :since
                            AND resumptions > 0
                        GROUP BY 1""").bind("since", Columns.at(since)));
    }

    /** The number of orders by issuer that are to be resumed now after a temporary problem. */
    public Map<String, Integer> countDueResumptions(Instant now) {
        return byIssuer(tx.createQuery("""
                        SELECT coalesce(placed_issuer, issuer) AS at_issuer, count(*) AS n FROM certificate_order
                        WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NOT NULL AND deadline_at <= :now
                        GROUP BY 1""").bind("now", Columns.at(now)));
    }

    private static Map<String, Integer> byIssuer(Query counts) {
        return counts.reduceRows(new HashMap<>(), (all, row) -> {
            all.put(row.getColumn("at_issuer", String.class), row.getColumn("n", Integer.class));
            return all;
        });
    }
}
