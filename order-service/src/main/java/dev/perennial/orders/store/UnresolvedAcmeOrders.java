package dev.perennial.orders.store;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The table {@code unresolved_acme_order}: ACME orders that may yield a certificate beside the one in use (ADR 10). */
public final class UnresolvedAcmeOrders {
    private static final Logger LOG = Logger.getLogger(UnresolvedAcmeOrders.class);

    private final Handle tx;

    public UnresolvedAcmeOrders(Handle tx) {
        this.tx = tx;
    }

    /** @param checkAt when the CA is asked next */
    public record UnresolvedAcmeOrder(OrderId orderId, String issuer, AcmeOrder acmeOrder, Instant checkAt) {}

    /** The first check is due at once. */
    public void add(UnresolvedAcmeOrder left) {
        tx.createUpdate("""
                INSERT INTO unresolved_acme_order (order_id, issuer, acme_order, check_at, scheduled_at)
                VALUES (:order, :issuer, CAST(:acmeOrder AS jsonb), :checkAt, :checkAt)""")
                .bind("order", left.orderId().value())
                .bind("issuer", left.issuer())
                .bind("acmeOrder", Json.write(left.acmeOrder()))
                .bind("checkAt", Columns.at(left.checkAt()))
                .execute();
    }

    /**
     * Moves the next check, so that one replica asks the CA and a row that cannot be read does not return at once.
     *
     * @param limit for each issuer, so that one that does not answer does not delay the others
     */
    public List<UnresolvedAcmeOrder> take(int limit, Instant now, Instant next) {
        return tx
                .createQuery("""
                WITH ranked AS (
                    SELECT order_id, acme_order, row_number() OVER (PARTITION BY issuer ORDER BY check_at) AS place
                    FROM unresolved_acme_order WHERE check_at <= :now)
                UPDATE unresolved_acme_order SET check_at = :next, scheduled_at = :now WHERE (order_id, acme_order) IN (
                    SELECT u.order_id, u.acme_order FROM unresolved_acme_order u JOIN ranked r
                        ON r.order_id = u.order_id AND r.acme_order = u.acme_order
                    WHERE r.place <= :limit AND u.check_at <= :now FOR UPDATE OF u SKIP LOCKED)
                RETURNING order_id, issuer, acme_order, check_at""")
                .bind("now", Columns.at(now))
                .bind("next", Columns.at(next))
                .bind("limit", limit)
                .map((row, context) -> readable(row))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private static Optional<UnresolvedAcmeOrder> readable(ResultSet row) throws SQLException {
        OrderId order = OrderId.of(row.getString("order_id"));
        String issuer = row.getString("issuer");
        Instant checkAt = Columns.instant(row, "check_at");
        String acmeOrder = row.getString("acme_order");
        Optional<UnresolvedAcmeOrder> left = Json.readOr(
                () -> Optional.of(
                        new UnresolvedAcmeOrder(order, issuer, Json.read(acmeOrder, AcmeOrder.class), checkAt)),
                Optional.empty());
        if (left.isEmpty()) {
            LOG.errorf(
                    "ALARM: the ACME order that order %s has left at the issuer %s cannot be read, so that it stays unknown whether the CA issued a certificate. Correct the row of unresolved_acme_order; see docs/reference/errors.md#internal",
                    order, issuer);
        }
        return left;
    }

    /** Removes every ACME order that the order has left. */
    public void remove(OrderId order) {
        tx.createUpdate("DELETE FROM unresolved_acme_order WHERE order_id = :order")
                .bind("order", order.value())
                .execute();
    }

    /** @return whether it was there */
    public boolean remove(UnresolvedAcmeOrder left) {
        return tx.createUpdate(
                                "DELETE FROM unresolved_acme_order WHERE order_id = :order AND acme_order ->> 'url' = :url")
                        .bind("order", left.orderId().value())
                        .bind("url", left.acmeOrder().url().toString())
                        .execute()
                > 0;
    }

    /** The issuer of each ACME order that the order has left. */
    public List<String> issuers(OrderId order) {
        return tx.createQuery("SELECT issuer FROM unresolved_acme_order WHERE order_id = :order")
                .bind("order", order.value())
                .mapTo(String.class)
                .list();
    }
}
