package dev.perennial.orders.store;

import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.database.UnreadableRowException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The rows of {@code certificate_order} in state DUE: which are placed next, and why the others wait. */
public final class DueOrders {
    /** The number of selected orders exceeds the limit, because other replicas may have locked some of them. */
    private static final int OVERSELECT_FACTOR = 2;

    private static final int OVERSELECT_EXTRA = 64;

    private static final Logger LOG = Logger.getLogger(DueOrders.class);

    private final Handle tx;

    public DueOrders(Handle tx) {
        this.tx = tx;
    }

    /**
     * Where orders may begin.
     *
     * @param issuers with waiting orders and capacity for them
     * @param saturated owners without capacity at an issuer
     */
    public record Available(List<String> issuers, List<OwnerAtIssuer> saturated) {
        public static final Available NOTHING = new Available(List.of(), List.of());
    }

    /**
     * Returns due orders and locks them until the transaction ends; orders that another transaction has locked are
     * skipped. Owners take turns: an order comes earlier, the fewer orders of its owner precede it or are being
     * placed, then the longer its owner has had no turn, then the longer it has been due. So ten thousand orders of
     * one owner do not delay the order of another. Within an owner, first and repeated attempts take turns: ten
     * thousand failing names do not delay a new one. An order that cannot be read is left out and postponed.
     *
     * @param available where there is capacity again: orders that wait for it
     *     ({@link #awaitCapacity}) count as due
     */
    public List<StoredOrder> due(int limit, List<OwnerShare> shares, Available available, Instant now) {
        List<OrderId> unreadable = new ArrayList<>();
        List<StoredOrder> due = tx
                .createQuery("""
                WITH RECURSIVE owners AS (
                    (SELECT owner, waits_for_issuer FROM certificate_order WHERE state = 'DUE'
                     ORDER BY owner, waits_for_issuer LIMIT 1)
                    UNION ALL
                    SELECT n.owner, n.waits_for_issuer FROM owners o CROSS JOIN LATERAL (
                        SELECT owner, waits_for_issuer FROM certificate_order
                        WHERE state = 'DUE' AND (owner, waits_for_issuer) > (o.owner, o.waits_for_issuer)
                        ORDER BY owner, waits_for_issuer LIMIT 1) n),
                lanes AS (
                    SELECT o.owner, o.waits_for_issuer, lane.repeated, coalesce(t.busy, 0) AS busy,
                           o.waits_for_issuer = ANY (:available) AND NOT EXISTS (
                               SELECT FROM unnest(:saturatedOwners, :saturatedIssuers) AS s(owner, issuer)
                               WHERE s.owner = o.owner AND s.issuer = o.waits_for_issuer) AS available,
                           coalesce(greatest(t.firsts, t.repeats), 0) AS served,
                           coalesce(CASE WHEN lane.repeated THEN t.repeats ELSE t.firsts END, 0) AS lane_served
                    FROM owners o CROSS JOIN (VALUES (false), (true)) AS lane(repeated)
                    LEFT JOIN unnest(:owners, :busy, :firsts, :repeats) AS t(owner, busy, firsts, repeats)
                        ON t.owner = o.owner),
                queues AS (
                    SELECT d.id, d.due_at, l.owner, l.busy, l.served, l.lane_served,
                           row_number() OVER (PARTITION BY l.owner, l.repeated ORDER BY d.due_at, d.id) AS place
                    FROM lanes l
                    CROSS JOIN LATERAL (SELECT id, due_at FROM certificate_order
                                        WHERE state = 'DUE' AND owner = l.owner
                                            AND waits_for_issuer = l.waits_for_issuer AND (attempt > 1) = l.repeated
                                            AND due_at <= CASE WHEN l.available
                                                THEN 'infinity' ELSE CAST(:now AS timestamptz) END
                                        ORDER BY due_at LIMIT :many) d),
                heads AS MATERIALIZED (
                    SELECT id, due_at, served,
                           row_number() OVER (PARTITION BY owner ORDER BY place, lane_served, due_at, id) + busy AS turn
                    FROM queues ORDER BY turn, served, due_at, id LIMIT :many)
                SELECT o.*, NULL AS deployments FROM heads h JOIN certificate_order o ON o.id = h.id
                WHERE o.state = 'DUE' AND (o.due_at <= :now OR o.waits_for_issuer = ANY (:available))
                ORDER BY h.turn, h.served, h.due_at, h.id LIMIT :limit
                FOR UPDATE OF o SKIP LOCKED""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .bind("many", limit * OVERSELECT_FACTOR + OVERSELECT_EXTRA)
                .bindArray("available", String.class, available.issuers())
                .bindArray(
                        "saturatedOwners",
                        String.class,
                        available.saturated().stream().map(OwnerAtIssuer::owner).toList())
                .bindArray(
                        "saturatedIssuers",
                        String.class,
                        available.saturated().stream()
                                .map(OwnerAtIssuer::issuer)
                                .toList())
                .bindArray(
                        "owners",
                        String.class,
                        shares.stream().map(OwnerShare::owner).toList())
                .bindArray(
                        "busy",
                        Integer.class,
                        shares.stream().map(OwnerShare::busy).toList())
                .bindArray(
                        "firsts",
                        Long.class,
                        shares.stream().map(OwnerShare::firsts).toList())
                .bindArray(
                        "repeats",
                        Long.class,
                        shares.stream().map(OwnerShare::repeats).toList())
                .map((row, context) -> readable(row, unreadable::add))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
        unreadable.forEach(id -> await(id, unreadable(now), now));
        return due;
    }

    private static Optional<StoredOrder> readable(ResultSet row, Consumer<OrderId> unreadable) throws SQLException {
        try {
            return Optional.of(StoredOrder.of(row));
        } catch (UnreadableRowException e) {
            LOG.errorf(
                    e,
                    "ALARM: %s; its order is postponed by %s. Restore the row; see docs/reference/errors.md#internal",
                    e.getMessage(),
                    Orders.UNREADABLE_POSTPONEMENT);
            unreadable.accept(OrderId.of(row.getString("id")));
            return Optional.empty();
        }
    }

    private static Problem unreadable(Instant now) {
        return StoredOrder.UNREADABLE.nextAttempt(now.plus(Orders.UNREADABLE_POSTPONEMENT));
    }

    /**
     * Leases the orders: no other replica gets them before {@code until}. Stores the issuer and the budgeted attempt
     * of each.
     */
    public void lease(List<StoredOrder> orders, Instant until, Instant now) {
        if (orders.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = :until, wait_problem = NULL, placed_issuer = leased.issuer, updated_at = :now,
                    budgeted_attempt = CASE WHEN limits_exempt AND replaces_issuer = leased.issuer THEN budgeted_attempt
                        ELSE attempt END
                FROM unnest(:ids, :issuers) AS leased(id, issuer)
                WHERE certificate_order.id = leased.id""")
                .bind("until", Columns.at(until))
                .bind("now", Columns.at(now))
                .bindArray("ids", UUID.class, ids(orders))
                .bindArray("issuers", String.class, issuers(orders))
                .execute();
    }

    /** Stores why an order waits, and until when. */
    public void await(OrderId id, Problem why, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = :until, wait_problem = CAST(:why AS jsonb), updated_at = :now
                WHERE id = :id AND state = 'DUE'""")
                .bind("now", Columns.at(now))
                .bind("until", Columns.at(why.nextAttemptAt().orElseThrow()))
                .bind("why", Json.write(why))
                .bind("id", id.value())
                .execute();
    }

    /** As {@link #await}, but never makes the order due earlier. */
    public void awaitLonger(OrderId id, Problem why, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = greatest(due_at, :until), wait_problem = CAST(:why AS jsonb),
                    updated_at = :now
                WHERE id = :id AND state = 'DUE'""")
                .bind("now", Columns.at(now))
                .bind("until", Columns.at(why.nextAttemptAt().orElseThrow()))
                .bind("why", Json.write(why))
                .bind("id", id.value())
                .execute();
    }

    /** Ends the wait of a due order. */
    public void endWait(OrderId id, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = least(due_at, :now), updated_at = :now
                WHERE id = :id AND state = 'DUE'""").bind("now", Columns.at(now)).bind("id", id.value()).execute();
        Change.ORDER_DUE.announce(tx);
    }

    /**
     * The number of renewals that are ready to be placed. Requested orders are not counted, so that many requests do
     * not delay renewals.
     *
     * @param limit up to which they are counted
     */
    public long readyRenewals(int limit, Instant now) {
        return tx.createQuery("""
                SELECT count(*) FROM (SELECT FROM certificate_order
                    WHERE state = 'DUE' AND cause <> 'REQUESTED' AND due_at <= :now AND wait_problem IS NULL
                    LIMIT :limit) ready""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .mapTo(Long.class)
                .one();
    }

    /** The number of waiting orders by the code of the reason; codes without orders are absent. */
    public Map<String, Long> countWaiting() {
        return tx.createQuery("""
                SELECT coalesce(wait_problem ->> 'code', 'internal') AS code, count(*) AS n FROM certificate_order
                WHERE state = 'DUE' AND wait_problem IS NOT NULL GROUP BY 1""").reduceRows(new TreeMap<>(), (counts, row) -> {
            counts.put(row.getColumn("code", String.class), row.getColumn("n", Long.class));
            return counts;
        });
    }

    /**
     * Lets orders wait for capacity of their issuer: until the time in the reason, or until {@link #due} selects
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
                .bindArray("ids", UUID.class, ids(orders))
                .bindArray("issuers", String.class, issuers(orders))
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
     * Ends the wait of orders for one of the names, which are no longer in quarantine. Rows that another transaction
     * has locked are left out: their orders are placed when the wait ends.
     *
     * @param names as they appear in identifiers, wildcards included
     */
    public void releaseFromQuarantine(String issuer, List<String> names, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = least(due_at, :now), wait_problem = NULL, updated_at = :now
                WHERE id IN (SELECT id FROM certificate_order
                             WHERE state = 'DUE' AND issuer = :issuer AND wait_problem ->> 'code' = 'name-quarantined'
                                 AND identifiers && CAST(:names AS text[])
                             ORDER BY id FOR UPDATE SKIP LOCKED)""")
                .bind("now", Columns.at(now))
                .bind("issuer", issuer)
                .bindArray("names", String.class, names)
                .execute();
        Change.ORDER_DUE.announce(tx);
    }

    private static List<UUID> ids(List<StoredOrder> orders) {
        return orders.stream().map(order -> order.id().value()).toList();
    }

    private static List<String> issuers(List<StoredOrder> orders) {
        return orders.stream().map(StoredOrder::issuer).toList();
    }
}
