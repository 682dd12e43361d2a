package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.rules.retention.ExpiredCertificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The rows of {@code issued_certificate} whose retention may be over. */
public final class ExpiredCertificates {
    private static final String SELECT = """
            SELECT i.fingerprint, i.certificate_id, i.order_id, i.not_after,
                coalesce(c.fingerprint = i.fingerprint, false) AS current,
                NOT EXISTS (SELECT FROM issued_certificate n
                    WHERE n.certificate_id = i.certificate_id AND n.not_before > i.not_before) AS newest,
                EXISTS (SELECT FROM revocation r
                    WHERE r.fingerprint = i.fingerprint AND r.state NOT IN ('REVOKED', 'FAILED')) AS being_revoked
            FROM issued_certificate i JOIN certificate c ON c.id = i.certificate_id\s""";

    private final Handle tx;

    public ExpiredCertificates(Handle tx) {
        this.tx = tx;
    }

    /** The order of the rows: by expiry. */
    public record Position(Instant notAfter, String fingerprint) {
        public static final Position START = new Position(Instant.EPOCH, "");
    }

    /** @param order that issued it */
    public record Row(String fingerprint, CertificateId certificate, OrderId order, ExpiredCertificate facts) {
        public Position position() {
            return new Position(facts.notAfter(), fingerprint);
        }
    }

    /** The certificates that expired before a time. */
    public List<Row> find(Instant before, Position after, int limit) {
        return rows(tx.createQuery(SELECT + """
                WHERE i.not_after < :before AND (i.not_after, i.fingerprint) > (:notAfter, :fingerprint)
                ORDER BY i.not_after, i.fingerprint LIMIT :limit""")
                .bind("before", Columns.at(before))
                .bind("notAfter", Columns.at(after.notAfter()))
                .bind("fingerprint", after.fingerprint())
                .bind("limit", limit));
    }

    /** When the certificate that expires first expires. */
    public Optional<Instant> oldest() {
        return tx.createQuery("SELECT not_after FROM issued_certificate ORDER BY not_after LIMIT 1")
                .map((row, context) -> Columns.instant(row, "not_after"))
                .findFirst();
    }

    /** Locks these certificates; those that another transaction has locked are absent. */
    public List<Row> lock(Collection<String> fingerprints) {
        return rows(tx.createQuery(SELECT + "WHERE i.fingerprint = ANY(:fingerprints) FOR UPDATE OF i SKIP LOCKED")
                .bindArray("fingerprints", String.class, List.copyOf(fingerprints)));
    }

    private static List<Row> rows(Query query) {
        return query.map((row, context) -> new Row(
                        row.getString("fingerprint"),
                        CertificateId.of(row.getString("certificate_id")),
                        OrderId.of(row.getString("order_id")),
                        new ExpiredCertificate(
                                row.getBoolean("current"),
                                row.getBoolean("newest"),
                                row.getBoolean("being_revoked"),
                                Columns.instant(row, "not_after"))))
                .list();
    }

    /** Deletes certificates whose status and revocation are deleted. */
    public int delete(Collection<String> fingerprints) {
        return tx.createUpdate("DELETE FROM issued_certificate WHERE fingerprint = ANY(:fingerprints)")
                .bindArray("fingerprints", String.class, List.copyOf(fingerprints))
                .execute();
    }
}
