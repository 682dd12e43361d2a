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
     * @param resumedByIssuer those of them that were resumed after a temporary problem
     */
    public record InProgress(Map<OwnerAtIssuer, Integer> byOwner, Map<String, Integer> resumedByIssuer) {
        public InProgress {
            byOwner = Map.copyOf(byOwner);
            resumedByIssuer = Map.copyOf(resumedByIssuer);
        }
    }

    /** @param since orders that were published before are left out: their record may be lost */
    public InProgress inProgress(Instant since) {
        Map<OwnerAtIssuer, Integer> byOwner = new HashMap<>();
        Map<String, Integer> resumedByIssuer = new HashMap<>();
        tx.createQuery("""
                SELECT owner, coalesce(placed_issuer, issuer) AS at_issuer, count(*) AS n,
                       count(*) FILTER (WHERE resumptions > 0) AS resumed
                FROM certificate_order
                WHERE state IN ('PLACED', 'AUTHORIZED') AND problem IS NULL AND updated_at > :since
                GROUP BY 1, 2""")
                .bind("since", Columns.at(since))
                .map((row, context) -> new Row(
                        new OwnerAtIssuer(row.getString("owner"), row.getString("at_issuer")),
                        row.getInt("n"),
                        row.getInt("resumed")))
                .forEach(row -> {
                    byOwner.put(row.owner(), row.orders());
                    resumedByIssuer.merge(row.owner().issuer(), row.resumed(), Integer::sum);
                });
        return new InProgress(byOwner, resumedByIssuer);
    }

    private record Row(OwnerAtIssuer owner, int orders, int resumed) {}

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
