package dev.perennial.orders.status;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.database.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code certificate_status}. */
public final class StatusTable {
    private final Handle tx;

    public StatusTable(Handle tx) {
        this.tx = tx;
    }

    /**
     * The result of the latest check.
     *
     * @param since the time of the first check with this status
     * @param source the URL of the answer
     * @param detail why the status is unavailable
     */
    public record Row(
            String fingerprint,
            StatusResult.Status status,
            Instant since,
            Instant checkedAt,
            Instant nextCheckAt,
            Optional<String> source,
            Optional<String> detail) {
        static Row of(ResultSet row) throws SQLException {
            return new Row(
                    row.getString("fingerprint"),
                    StatusResult.Status.valueOf(row.getString("status")),
                    Columns.instant(row, "since"),
                    Columns.instant(row, "checked_at"),
                    Columns.instant(row, "next_check_at"),
                    Columns.optionalText(row, "source"),
                    Columns.optionalText(row, "detail"));
        }
    }

    public List<Row> of(CertificateId certificate) {
        return tx.createQuery("""
                SELECT s.* FROM certificate_status s JOIN issued_certificate i USING (fingerprint)
                WHERE i.certificate_id = :id ORDER BY s.checked_at DESC LIMIT 100""")
                .bind("id", certificate.value())
                .map((row, context) -> Row.of(row))
                .list();
    }

    void put(String fingerprint, StatusResult result, Instant nextCheck, Instant now) {
        tx.createUpdate("""
                INSERT INTO certificate_status AS s
                    (fingerprint, status, since, checked_at, next_check_at, source, detail)
                VALUES (:fingerprint, :status, :now, :now, :next, :source, :detail)
                ON CONFLICT (fingerprint) DO UPDATE SET status = :status, checked_at = :now, next_check_at = :next,
                    source = :source, detail = :detail,
                    since = CASE WHEN s.status = :status THEN s.since ELSE :now END""")
                .bind("fingerprint", fingerprint)
                .bind("status", result.status().name())
                .bind("now", Columns.at(now))
                .bind("next", Columns.at(nextCheck))
                .bind("source", source(result).orElse(null))
                .bind("detail", result instanceof StatusResult.Unavailable(String detail) ? detail : null)
                .execute();
    }

    /** Deletes the results of these certificates. */
    public int delete(Collection<String> fingerprints) {
        return tx.createUpdate("DELETE FROM certificate_status WHERE fingerprint = ANY(:fingerprints)")
                .bindArray("fingerprints", String.class, List.copyOf(fingerprints))
                .execute();
    }

    private static Optional<String> source(StatusResult result) {
        return switch (result) {
            case StatusResult.Good(String source) -> Optional.of(source);
            case StatusResult.Revoked revoked -> Optional.of(revoked.source());
            case StatusResult.Unknown(String source) -> Optional.of(source);
            case StatusResult.NotOffered notOffered -> Optional.empty();
            case StatusResult.Unavailable unavailable -> Optional.empty();
        };
    }
}
