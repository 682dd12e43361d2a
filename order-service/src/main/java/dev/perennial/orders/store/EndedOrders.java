package dev.perennial.orders.store;

import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.rules.retention.EndedOrder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The rows of {@code certificate_order} and {@code deployment} whose retention may be over. */
public final class EndedOrders {
    private static final String FACTS = """
            o.id, o.latest, o.updated_at,
            o.state IN ('DUE', 'PLACED', 'AUTHORIZED')
                OR (o.purpose <> 'LIVE' AND o.state IN ('ISSUED', 'UNDEPLOYED')) AS in_flight,
            o.unresolved_issuer IS NOT NULL
                OR EXISTS (SELECT FROM unresolved_acme_order u WHERE u.order_id = o.id) AS unresolved,
            EXISTS (SELECT FROM replacement_item r
                WHERE r.order_id = o.id AND r.state IN ('IN_PROGRESS', 'RETRYING')) AS awaited""";

    private static final String WITHOUT_CERTIFICATE = """
            NOT EXISTS (SELECT FROM issued_certificate i
                WHERE i.certificate_id = o.certificate_id AND i.order_id = o.id)""";

    private static final String OF_CERTIFICATES = """
            FROM unnest(:fingerprints, :certificates, :orders) AS k(fingerprint, certificate_id, order_id)
            JOIN certificate_order o ON o.certificate_id = k.certificate_id
                AND (o.id = k.order_id OR o.issued_fingerprint = k.fingerprint)""";

    private final Handle tx;

    public EndedOrders(Handle tx) {
        this.tx = tx;
    }

    /** The order of the rows: by end. */
    public record Position(Instant endedAt, UUID id) {
        public static final Position START = new Position(Instant.EPOCH, new UUID(0, 0));
    }

    public record Row(OrderId id, EndedOrder facts) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    OrderId.of(row.getString("id")),
                    new EndedOrder(
                            row.getBoolean("latest"),
                            row.getBoolean("in_flight"),
                            row.getBoolean("unresolved"),
                            row.getBoolean("awaited"),
                            Columns.instant(row, "updated_at")));
        }

        public Position position() {
            return new Position(facts.endedAt(), id.value());
        }
    }

    /**
     * Locks orders that ended before a time without a certificate; those that another transaction has locked are left
     * out.
     */
    public List<Row> lock(Instant before, Position after, int limit) {
        return tx.createQuery("SELECT " + FACTS + """
                 FROM certificate_order o
                WHERE o.state IN ('FAILED', 'REHEARSED') AND NOT o.latest AND o.updated_at < :before
                    AND (o.updated_at, o.id) > (:endedAt, :id) AND\s""" + WITHOUT_CERTIFICATE + """
                 ORDER BY o.updated_at, o.id LIMIT :limit FOR UPDATE OF o SKIP LOCKED""")
                .bind("before", Columns.at(before))
                .bind("endedAt", Columns.at(after.endedAt()))
                .bind("id", after.id())
                .bind("limit", limit)
                .map((row, context) -> Row.of(row))
                .list();
    }

    /**
     * Locks the orders that issued these certificates.
     *
     * @return by fingerprint; a certificate with an order that another transaction has locked is absent
     */
    public Map<String, List<Row>> lock(List<ExpiredCertificates.Row> issued) {
        Set<OrderId> locked = new HashSet<>(ofCertificates("SELECT o.id", "FOR UPDATE OF o SKIP LOCKED", issued)
                .mapTo(UUID.class)
                .map(OrderId::new)
                .list());
        Map<String, List<Row>> orders = ofCertificates("SELECT k.fingerprint, " + FACTS, "", issued)
                .map((row, context) -> Map.entry(row.getString("fingerprint"), Row.of(row)))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        return issued.stream()
                .map(ExpiredCertificates.Row::fingerprint)
                .filter(it ->
                        orders.getOrDefault(it, List.of()).stream().map(Row::id).allMatch(locked::contains))
                .collect(Collectors.toMap(it -> it, it -> orders.getOrDefault(it, List.of())));
    }

    private Query ofCertificates(String select, String suffix, List<ExpiredCertificates.Row> issued) {
        return tx.createQuery(select + "\n" + OF_CERTIFICATES + "\n" + suffix)
                .bindArray(
                        "fingerprints",
                        String.class,
                        issued.stream()
                                .map(ExpiredCertificates.Row::fingerprint)
                                .toList())
                .bindArray(
                        "certificates",
                        UUID.class,
                        issued.stream().map(it -> it.certificate().value()).toList())
                .bindArray(
                        "orders",
                        UUID.class,
                        issued.stream().map(it -> it.order().value()).toList());
    }

    /** When the oldest order was created; UUIDv7 sort by time. */
    public Optional<Instant> oldest() {
        return tx.createQuery("SELECT created_at FROM certificate_order ORDER BY id LIMIT 1")
                .map((row, context) -> Columns.instant(row, "created_at"))
                .findFirst();
    }

    /** The number of deleted rows. */
    public record Deleted(int orders, int deployments) {}

    /** Deletes locked orders; one that issued another certificate, which is kept, stays. */
    public Deleted delete(Collection<OrderId> orders) {
        List<UUID> ids = tx.createQuery(
                        "SELECT id FROM certificate_order o WHERE id = ANY(:ids) AND " + WITHOUT_CERTIFICATE)
                .bindArray(
                        "ids", UUID.class, orders.stream().map(OrderId::value).toList())
                .mapTo(UUID.class)
                .list();
        int deployments = tx.createUpdate("DELETE FROM deployment WHERE order_id = ANY(:ids)")
                .bindArray("ids", UUID.class, ids)
                .execute();
        int deleted = tx.createUpdate("DELETE FROM certificate_order WHERE id = ANY(:ids)")
                .bindArray("ids", UUID.class, ids)
                .execute();
        return new Deleted(deleted, deployments);
    }
}
