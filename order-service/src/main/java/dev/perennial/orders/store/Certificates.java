package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.requests.CertificateSpec;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code certificate}. */
public final class Certificates {
    private final Handle tx;

    public Certificates(Handle tx) {
        this.tx = tx;
    }

    /**
     * Returns the certificate of this owner and name, creates it if it does not exist, and locks it until the
     * transaction ends, so that requests for the same certificate are serialized.
     */
    public Certificate lockOrCreate(
            String owner, String name, CertificateSpec spec, Map<String, String> labels, Instant now) {
        Optional<Certificate> locked = Optional.empty();
        // Empty if it was transferred to another owner while this transaction waited for its lock.
        while (locked.isEmpty()) {
            create(owner, name, spec, labels, now);
            locked = lock(owner, name);
        }
        return locked.get();
    }

    private void create(String owner, String name, CertificateSpec spec, Map<String, String> labels, Instant now) {
        SpecColumns.bind(tx.createUpdate("""
                        INSERT INTO certificate
                            (id, owner, name, identifiers, issuer, key_type, targets, key_reuse, labels, created_at, updated_at)
                        VALUES (:id, :owner, :name, :identifiers, :issuer, :keyType, :targets, :keyReuse,
                                CAST(:labels AS jsonb), :now, :now)
                        ON CONFLICT (owner, name) DO NOTHING"""), spec)
                .bind("id", CertificateId.next().value())
                .bind("owner", owner)
                .bind("name", name)
                .bind("labels", Json.write(labels))
                .bind("now", Columns.at(now))
                .execute();
    }

    private Optional<Certificate> lock(String owner, String name) {
        return tx.createQuery("SELECT * FROM certificate WHERE owner = :owner AND name = :name FOR UPDATE")
                .bind("owner", owner)
                .bind("name", name)
                .map((row, context) -> Certificate.of(row))
                .findOne();
    }

    /** Deletes the certificate if the transaction has created it and creates no order. */
    public void removeWithoutOrder(CertificateId id) {
        tx.createUpdate("DELETE FROM certificate WHERE id = :id AND latest_order_id IS NULL")
                .bind("id", id.value())
                .execute();
    }

    public void describe(CertificateId id, Map<String, String> labels, Instant now) {
        tx.createUpdate("UPDATE certificate SET labels = CAST(:labels AS jsonb), updated_at = :now WHERE id = :id")
                .bind("labels", Json.write(labels))
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /** Changes the owner of a certificate that the transaction has locked. */
    public void transfer(CertificateId id, String owner, Map<String, String> labels, Instant now) {
        tx.createUpdate("""
                UPDATE certificate SET owner = :owner, labels = CAST(:labels AS jsonb), updated_at = :now
                WHERE id = :id""")
                .bind("owner", owner)
                .bind("labels", Json.write(labels))
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /** Stores the spec of the certificate and its latest order. */
    public void ordered(CertificateId id, CertificateSpec spec, OrderId order, Instant now) {
        SpecColumns.bind(tx.createUpdate("""
                        UPDATE certificate SET identifiers = :identifiers, issuer = :issuer, key_type = :keyType,
                            targets = :targets, key_reuse = :keyReuse, latest_order_id = :order, updated_at = :now
                        WHERE id = :id"""), spec)
                .bind("order", order.value())
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /** Marks the certificate as retired. */
    public void retire(CertificateId id, String reason, Instant now) {
        tx.createUpdate(
                        "UPDATE certificate SET retired_at = :now, retired_reason = :reason, updated_at = :now WHERE id = :id")
                .bind("reason", reason)
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /** Ends the retirement of the certificate. */
    public void revive(CertificateId id, Instant now) {
        tx.createUpdate(
                        "UPDATE certificate SET retired_at = NULL, retired_reason = NULL, updated_at = :now WHERE id = :id")
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    public void issued(CertificateIssued fact, Instant now) {
        tx.createUpdate("""
                UPDATE certificate SET serial = :serial, fingerprint = :fingerprint, not_before = :notBefore,
                    not_after = :notAfter, vault_path = :vaultPath, vault_version = :vaultVersion, updated_at = :now
                WHERE id = :id""")
                .bind("serial", fact.serial())
                .bind("fingerprint", fact.fingerprint())
                .bind("notBefore", Columns.at(fact.notBefore()))
                .bind("notAfter", Columns.at(fact.notAfter()))
                .bind("vaultPath", fact.vaultPath())
                .bind("vaultVersion", fact.vaultVersion())
                .bind("now", Columns.at(now))
                .bind("id", fact.certificateId().value())
                .execute();
    }

    public Optional<CertificateId> idOf(String owner, String name) {
        return tx.createQuery("SELECT id FROM certificate WHERE owner = :owner AND name = :name")
                .bind("owner", owner)
                .bind("name", name)
                .mapTo(UUID.class)
                .map(CertificateId::new)
                .findOne();
    }

    /** Locks the certificate until the transaction ends. */
    public Optional<Certificate> lock(CertificateId id) {
        return lock(id, "FOR UPDATE");
    }

    /** As {@link #lock}, but empty if another transaction has locked it: a worker continues with the next one. */
    public Optional<Certificate> lockIfFree(CertificateId id) {
        return lock(id, "FOR UPDATE SKIP LOCKED");
    }

    private Optional<Certificate> lock(CertificateId id, String suffix) {
        return tx.createQuery("SELECT * FROM certificate WHERE id = :id " + suffix)
                .bind("id", id.value())
                .map((row, context) -> Certificate.of(row))
                .findOne();
    }

    public Optional<Certificate> find(CertificateId id) {
        return tx.createQuery("SELECT * FROM certificate WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> Certificate.of(row))
                .findOne();
    }
}
