package dev.perennial.orders.store;

import dev.perennial.orders.database.Columns;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The orders in progress by issuer. */
public final class OrdersAtIssuers {
    private final Handle tx;

    public OrdersAtIssuers(Handle tx) {
        this.tx = tx;
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
