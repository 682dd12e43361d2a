package dev.perennial.orders.inventory;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.store.StateName;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** The owners: those that the policy lists, and those that have certificates. */
public final class Owners {
    /** One step through the index for each owner: a scan would read every certificate. */
    private static final String WITH_CERTIFICATES = """
            WITH RECURSIVE present AS (
                (SELECT owner FROM certificate WHERE owner > :after ORDER BY owner LIMIT 1)
                UNION ALL
                SELECT (SELECT c.owner FROM certificate c WHERE c.owner > present.owner ORDER BY c.owner LIMIT 1)
                FROM present WHERE present.owner IS NOT NULL)
            """;

    private final Handle tx;

    public Owners(Handle tx) {
        this.tx = tx;
    }

    /**
     * The owners in order of their names.
     *
     * @param listed the owners that the policy lists
     * @param after the last one of the previous page; empty for the first page
     */
    public List<String> page(Collection<String> listed, String after, int limit) {
        return tx.createQuery(WITH_CERTIFICATES + """
                SELECT owner FROM (
                    (SELECT owner FROM present WHERE owner IS NOT NULL LIMIT :limit)
                    UNION SELECT unnest(:listed)) AS known(owner)
                WHERE owner > :after ORDER BY owner LIMIT :limit""")
                .bind("after", after)
                .bind("limit", limit)
                .bindArray("listed", String.class, List.copyOf(listed))
                .mapTo(String.class)
                .list();
    }

    /** As {@link #page}, of these owners only. */
    public List<String> page(Collection<String> listed, Collection<String> only, String after, int limit) {
        return tx.createQuery("""
                SELECT owner FROM unnest(:only) AS known(owner)
                WHERE owner > :after AND (owner = ANY (:listed)
                    OR EXISTS (SELECT FROM certificate c WHERE c.owner = known.owner))
                ORDER BY owner LIMIT :limit""")
                .bind("after", after)
                .bind("limit", limit)
                .bindArray("listed", String.class, List.copyOf(listed))
                .bindArray("only", String.class, List.copyOf(only))
                .mapTo(String.class)
                .list();
    }

    /** The number of certificates of the owner by the state of their latest order, without zeros. */
    public Map<StateName, Long> certificates(String owner) {
        Map<StateName, Long> counts = new EnumMap<>(StateName.class);
        tx.createQuery("""
                SELECT o.state, count(*) AS n FROM certificate c JOIN certificate_order o ON o.id = c.latest_order_id
                WHERE c.owner = :owner GROUP BY o.state""")
                .bind("owner", owner)
                .map((row, context) -> Map.entry(StateName.valueOf(row.getString("state")), row.getLong("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    /** The number of orders that requests of the owner have created in the last 24 hours. */
    public long requestedOrders(String owner, Instant now) {
        return tx.createQuery("""
                SELECT count(*) FROM certificate_order
                WHERE owner = :owner AND requested
                    AND created_at > least(CAST(:now AS timestamptz), clock_timestamp()) - interval '24 hours'""")
                .bind("owner", owner)
                .bind("now", Columns.at(now))
                .mapTo(Long.class)
                .one();
    }
}
