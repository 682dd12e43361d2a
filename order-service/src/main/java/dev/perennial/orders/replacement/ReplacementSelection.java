package dev.perennial.orders.replacement;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.Selector;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Finds the certificates that match a selector, with the facts about the current X.509 certificate. */
final class ReplacementSelection {
    /** Exempt as in the budget: the CA suggests a window, and newOrder names the replaced certificate. */
    static final String CANDIDATE = """
            SELECT c.id, c.fingerprint, c.name, c.owner, c.issuer, c.identifiers, cardinality(c.targets) AS hosts,
                   c.not_after,
                   i.suggested_start IS NOT NULL AND i.renewal_id IS NOT NULL AND i.issuer = c.issuer AS limits_exempt
            FROM certificate c JOIN issued_certificate i ON i.certificate_id = c.id AND i.fingerprint = c.fingerprint\s""";

    private final Handle tx;

    ReplacementSelection(Handle tx) {
        this.tx = tx;
    }

    /** The matching certificates, in no particular order. */
    List<Candidate> of(Selector selector, int limit) {
        StringBuilder sql = new StringBuilder(CANDIDATE).append("WHERE c.retired_at IS NULL");
        selector.issuer().ifPresent(it -> sql.append(" AND i.issuer = :issuer"));
        selector.keyType().ifPresent(it -> sql.append(" AND i.key_type = :keyType"));
        selector.issuedFrom().ifPresent(it -> sql.append(" AND i.not_before >= :from"));
        selector.issuedBefore().ifPresent(it -> sql.append(" AND i.not_before < :before"));
        selector.owner().ifPresent(it -> sql.append(" AND c.owner = :owner"));
        if (!selector.labels().isEmpty()) {
            sql.append(" AND c.labels @> CAST(:labels AS jsonb)");
        }
        if (!selector.serials().isEmpty()) {
            sql.append(" AND i.serial = ANY(:serials)");
        }
        selector.suffix()
                .ifPresent(it -> sql.append(" AND EXISTS (SELECT 1 FROM unnest(c.identifiers) AS n"
                        + " WHERE n = :suffix OR right(n, length(:below)) = :below)"));
        Query query = tx.createQuery(sql.append(" LIMIT :limit").toString());
        selector.issuer().ifPresent(it -> query.bind("issuer", it));
        selector.keyType().ifPresent(it -> query.bind("keyType", it.name()));
        selector.issuedFrom().ifPresent(it -> query.bind("from", Columns.at(it)));
        selector.issuedBefore().ifPresent(it -> query.bind("before", Columns.at(it)));
        selector.owner().ifPresent(it -> query.bind("owner", it));
        if (!selector.labels().isEmpty()) {
            query.bind("labels", Json.write(selector.labels()));
        }
        if (!selector.serials().isEmpty()) {
            query.bindArray("serials", String.class, selector.serials());
        }
        selector.suffix().ifPresent(it -> query.bind("suffix", it).bind("below", "." + it));
        return query.bind("limit", limit).map((row, context) -> candidate(row)).list();
    }

    static Candidate candidate(ResultSet row) throws SQLException {
        return new Candidate(
                CertificateId.of(row.getString("id")),
                row.getString("fingerprint"),
                row.getString("name"),
                row.getString("owner"),
                row.getString("issuer"),
                Columns.texts(row, "identifiers").stream().map(Identifier::of).toList(),
                row.getInt("hosts"),
                Columns.instant(row, "not_after"),
                row.getBoolean("limits_exempt"));
    }
}
