package dev.perennial.orders.hosts;

import dev.perennial.orders.database.Columns;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code host_enrolment}. */
final class HostEnrolmentTable {
    private final Handle tx;

    HostEnrolmentTable(Handle tx) {
        this.tx = tx;
    }

    /** @param keyId of the key that was registered with the code */
    record Row(String host, Instant createdAt, Instant expiresAt, Optional<String> keyId) {}

    /** The code replaces the one that the host had before. */
    void put(String host, String digest, String by, Instant now, Instant expiresAt) {
        tx.createUpdate("""
                        INSERT INTO host_enrolment (host, digest, created_by, created_at, expires_at)
                        VALUES (:host, :digest, :by, :now, :expires)
                        ON CONFLICT (host) DO UPDATE SET digest = excluded.digest, created_by = excluded.created_by,
                            created_at = excluded.created_at, expires_at = excluded.expires_at, key_id = NULL""")
                .bind("host", host)
                .bind("digest", digest)
                .bind("by", by)
                .bind("now", Columns.at(now))
                .bind("expires", Columns.at(expiresAt))
                .execute();
    }

    Optional<Row> find(String digest) {
        return find(digest, "");
    }

    Optional<Row> lock(String digest) {
        return find(digest, " FOR UPDATE");
    }

    private Optional<Row> find(String digest, String clause) {
        return tx.createQuery("SELECT * FROM host_enrolment WHERE digest = :digest" + clause)
                .bind("digest", digest)
                .map((row, context) -> new Row(
                        row.getString("host"),
                        Columns.instant(row, "created_at"),
                        Columns.instant(row, "expires_at"),
                        Columns.optionalText(row, "key_id")))
                .findOne();
    }

    void used(String digest, String keyId) {
        tx.createUpdate("UPDATE host_enrolment SET key_id = :key WHERE digest = :digest")
                .bind("key", keyId)
                .bind("digest", digest)
                .execute();
    }

    void delete(String host) {
        tx.createUpdate("DELETE FROM host_enrolment WHERE host = :host")
                .bind("host", host)
                .execute();
    }
}
