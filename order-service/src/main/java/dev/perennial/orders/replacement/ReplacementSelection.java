package dev.perennial.orders.replacement;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.Selector;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

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

    /**
     * Stores an item for each matching certificate, in the order of replacement: served certificates before stored
     * ones, then by expiry, because the earliest ones must be renewed soon anyway. The id makes the order stable. The
     * certificates are not read here, because a plan may have more than the memory can hold.
     *
     * @return the number of items
     */
    int store(UUID replacement, Selector selector, int limit, Instant now) {
        return bind(tx.createUpdate("""
                INSERT INTO replacement_item (replacement_id, rank, certificate_id, fingerprint, state, due_at, scheduled_at)
                SELECT :replacement, row_number() OVER (ORDER BY s.hosts = 0, s.not_after, s.id) - 1, s.id,
                    s.fingerprint, 'WAITING', :now, :now
                FROM (""" + CANDIDATE + where(selector) + " LIMIT :limit) s"), selector)
                .bind("replacement", replacement)
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .execute();
    }

    private static String where(Selector selector) {
        StringBuilder sql = new StringBuilder("WHERE c.retired_at IS NULL");
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
        return sql.toString();
    }

    private static Update bind(Update query, Selector selector) {
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
        return query;
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
