package dev.perennial.orders.policy;

import dev.perennial.orders.database.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code policy_revision}. */
public final class PolicyTable {
    /** The number of revisions that are kept. */
    static final int KEPT = 200;

    private final Handle tx;

    public PolicyTable(Handle tx) {
        this.tx = tx;
    }

    /** @return empty if there is no policy: revision 0 */
    public Optional<StoredPolicy> current() {
        return tx.createQuery("""
                SELECT revision, at, principal, trace_id FROM policy_revision ORDER BY revision DESC LIMIT 1""").map((row, context) -> stored(row)).findOne();
    }

    /** @return the JSON of the document; empty if the revision never existed or is no longer kept */
    public Optional<String> document(long revision) {
        return tx.createQuery("SELECT document FROM policy_revision WHERE revision = :revision")
                .bind("revision", revision)
                .mapTo(String.class)
                .findOne();
    }

    /** Fails if the revision exists: the transaction then runs again, and finds another revision than it expects. */
    void add(StoredPolicy policy, String document) {
        tx.createUpdate("""
                INSERT INTO policy_revision (revision, document, principal, trace_id, at)
                VALUES (:revision, CAST(:document AS jsonb), :principal, :traceId, :at)""")
                .bind("revision", policy.revision())
                .bind("document", document)
                .bind("principal", policy.principal())
                .bind("traceId", policy.traceId().orElse(null))
                .bind("at", Columns.at(policy.at()))
                .execute();
        tx.createUpdate("DELETE FROM policy_revision WHERE revision <= :revision")
                .bind("revision", policy.revision() - KEPT)
                .execute();
    }

    /** The newest first. */
    public List<StoredPolicy> all() {
        return tx.createQuery("SELECT revision, at, principal, trace_id FROM policy_revision ORDER BY revision DESC")
                .map((row, context) -> stored(row))
                .list();
    }

    private static StoredPolicy stored(ResultSet row) throws SQLException {
        return new StoredPolicy(
                row.getLong("revision"),
                Columns.instant(row, "at"),
                row.getString("principal"),
                Columns.optionalText(row, "trace_id"));
    }
}
