package dev.perennial.orders.store;

import dev.perennial.orders.database.Columns;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The orders in progress by issuer. */
public final class OrdersAtIssuers {
    private final Handle tx;

    public OrdersAtIssuers(Handle tx) {
        this.tx = tx;
    }

    /**
     * The number of orders that a service processes, so that its report is outstanding.
     *
     * @param resumed those of them that were resumed after a temporary problem, by issuer
     */
    public record Processed(Map<OwnerAtIssuer, Integer> all, Map<String, Integer> resumed) {}

    /** @param since orders that were published before are left out: their record may be lost */
    public Processed processed(Instant since) {
        return tx.createQuery("""
                SELECT owner, coalesce(placed_issuer, issuer) AS at_issuer, count(*) AS n,
                       count(*) FILTER (WHERE resumptions > 0) AS resumed
                FROM certificate_order
                WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NULL AND updated_at > :since
                GROUP BY 1, 2""")
                .bind("since", Columns.at(since))
                .reduceRows(new Processed(new HashMap<>(), new HashMap<>()), (processed, row) -> {
                    String issuer = row.getColumn("at_issuer", String.class);
                    OwnerAtIssuer owner = new OwnerAtIssuer(row.getColumn("owner", String.class), issuer);
                    processed.all().put(owner, row.getColumn("n", Integer.class));
                    processed.resumed().merge(issuer, row.getColumn("resumed", Integer.class), Integer::sum);
                    return processed;
                });
    }

    /** The number of orders by issuer that are to be resumed now after a temporary problem. */
    public Map<String, Integer> countDueResumptions(Instant now) {
        return tx.createQuery("""
                SELECT coalesce(placed_issuer, issuer) AS at_issuer, count(*) AS n FROM certificate_order
                WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NOT NULL AND deadline_at <= :now
                GROUP BY 1""").bind("now", Columns.at(now)).reduceRows(new HashMap<>(), (all, row) -> {
            all.put(row.getColumn("at_issuer", String.class), row.getColumn("n", Integer.class));
            return all;
        });
    }
}
