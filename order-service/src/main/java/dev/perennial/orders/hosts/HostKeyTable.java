package dev.perennial.orders.hosts;

import dev.perennial.orders.database.Columns;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code host_key}. */
final class HostKeyTable {
    private final Handle tx;

    HostKeyTable(Handle tx) {
        this.tx = tx;
    }

    /** @return whether no key had this id */
    boolean add(HostKey key) {
        return tx.createUpdate("""
                        INSERT INTO host_key (id, host, jwk, registered_by, registered_at)
                        VALUES (:id, :host, :jwk, :by, :at) ON CONFLICT (id) DO NOTHING""")
                        .bind("id", key.id())
                        .bind("host", key.host())
                        .bind("jwk", key.jwk())
                        .bind("by", key.registeredBy())
                        .bind("at", Columns.at(key.registeredAt()))
                        .execute()
                == 1;
    }

    Optional<HostKey> find(String id) {
        return tx.createQuery("SELECT * FROM host_key WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> key(row))
                .findOne();
    }

    /** Ordered by host and id. @param after the id of the last key of the page before */
    List<HostKey> page(Optional<String> host, Optional<String> after, int limit) {
        return tx.createQuery("""
                        SELECT * FROM host_key
                        WHERE (CAST(:host AS text) IS NULL OR host = :host)
                          AND (CAST(:after AS text) IS NULL OR (host, id) > (SELECT host, id FROM host_key WHERE id = :after))
                        ORDER BY host, id LIMIT :limit""")
                .bind("host", host.orElse(null))
                .bind("after", after.orElse(null))
                .bind("limit", limit)
                .map((row, context) -> key(row))
                .list();
    }

    /** The usable ones first, at most a hundred. */
    List<HostKey> ofHost(String host) {
        return tx.createQuery(
                        "SELECT * FROM host_key WHERE host = :host ORDER BY revoked_at DESC NULLS FIRST, id LIMIT 100")
                .bind("host", host)
                .map((row, context) -> key(row))
                .list();
    }

    void revokeAll(String host, String by, Instant now) {
        tx.createUpdate(
                        "UPDATE host_key SET revoked_at = :now, revoked_by = :by WHERE host = :host AND revoked_at IS NULL")
                .bind("now", Columns.at(now))
                .bind("by", by)
                .bind("host", host)
                .execute();
    }

    int countUsable(String host) {
        return tx.createQuery("SELECT count(*) FROM host_key WHERE host = :host AND revoked_at IS NULL")
                .bind("host", host)
                .mapTo(Integer.class)
                .one();
    }

    /** @return whether the host has this key; one that was revoked before stays as it is */
    boolean revoke(String host, String id, String by, Instant now) {
        return tx.createUpdate("""
                        UPDATE host_key SET revoked_at = coalesce(revoked_at, :now), revoked_by = coalesce(revoked_by, :by)
                        WHERE host = :host AND id = :id""")
                        .bind("now", Columns.at(now))
                        .bind("by", by)
                        .bind("host", host)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    private static HostKey key(ResultSet row) throws SQLException {
        return new HostKey(
                row.getString("id"),
                row.getString("host"),
                row.getString("jwk"),
                row.getString("registered_by"),
                Columns.instant(row, "registered_at"),
                Columns.optionalInstant(row, "revoked_at"),
                Columns.optionalText(row, "revoked_by"));
    }
}
