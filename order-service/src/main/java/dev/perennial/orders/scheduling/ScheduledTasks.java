package dev.perennial.orders.scheduling;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.database.Columns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jdbi.v3.core.Handle;

/** The table {@code chore}. */
public final class ScheduledTasks {
    private final Handle tx;

    public ScheduledTasks(Handle tx) {
        this.tx = tx;
    }

    /**
     * It is to be done then, whenever it was to be done before.
     *
     * @param expiresAt of the certificate that is served
     */
    public void set(CertificateId certificate, ScheduledTask task, Instant dueAt, Instant expiresAt) {
        tx.createUpdate("""
                INSERT INTO chore (certificate_id, chore, due_at, expires_at)
                VALUES (:certificate, :chore, :dueAt, :expiresAt)
                ON CONFLICT (certificate_id, chore) DO UPDATE SET due_at = :dueAt, expires_at = :expiresAt, failures = 0""")
                .bind("certificate", certificate.value())
                .bind("chore", task.name())
                .bind("dueAt", Columns.at(dueAt))
                .bind("expiresAt", Columns.at(expiresAt))
                .execute();
    }

    /** It is done then; nothing where there is no such chore. */
    public void postpone(CertificateId certificate, ScheduledTask task, Instant dueAt) {
        tx.createUpdate("""
                UPDATE chore SET due_at = :dueAt, failures = 0 WHERE certificate_id = :certificate AND chore = :chore""")
                .bind("certificate", certificate.value())
                .bind("chore", task.name())
                .bind("dueAt", Columns.at(dueAt))
                .execute();
    }

    /**
     * It could not be done, and is tried again then.
     *
     * @param next of how often in a row, 1 after the first
     */
    public void failed(CertificateId certificate, ScheduledTask task, IntFunction<Instant> next) {
        tx.createQuery("""
                UPDATE chore SET failures = failures + 1 WHERE certificate_id = :certificate AND chore = :chore
                RETURNING failures""")
                .bind("certificate", certificate.value())
                .bind("chore", task.name())
                .mapTo(Integer.class)
                .findOne()
                .ifPresent(failures -> tx.createUpdate(
                                "UPDATE chore SET due_at = :dueAt WHERE certificate_id = :certificate AND chore = :chore")
                        .bind("certificate", certificate.value())
                        .bind("chore", task.name())
                        .bind("dueAt", Columns.at(next.apply(failures)))
                        .execute());
    }

    /**
     * The certificates of an issuer are renewed that long before they expire, if not earlier. Those whose time that makes the past are due
     * then, and taken as any others: the soonest to expire first.
     */
    public void advanceRenewals(String issuer, Duration before) {
        tx.createUpdate("""
                UPDATE chore SET due_at = least(due_at, expires_at - CAST(:before AS interval))
                FROM issued_certificate i JOIN certificate c ON c.fingerprint = i.fingerprint
                WHERE chore.certificate_id = c.id AND chore.chore = 'RENEW' AND i.ca = :issuer
                    AND chore.due_at > expires_at - CAST(:before AS interval)""")
                .bind("before", before.toString())
                .bind("issuer", issuer)
                .execute();
    }

    public void drop(CertificateId certificate, ScheduledTask task) {
        tx.createUpdate("DELETE FROM chore WHERE certificate_id = :certificate AND chore = :chore")
                .bind("certificate", certificate.value())
                .bind("chore", task.name())
                .execute();
    }

    /** Nothing is to be done about the certificate any more. */
    public void drop(CertificateId certificate) {
        tx.createUpdate("DELETE FROM chore WHERE certificate_id = :certificate")
                .bind("certificate", certificate.value())
                .execute();
    }

    /**
     * Takes what is due, the soonest to expire first, and leases it: nobody else gets it before the lease has run out. Who takes it sets
     * it anew or drops it.
     *
     * @param limit certificates at most
     */
    public List<CertificateId> lease(ScheduledTask task, int limit, Instant lease, Instant now) {
        return tx.createQuery("""
                WITH due AS MATERIALIZED (
                    SELECT certificate_id FROM chore WHERE chore = :chore AND due_at <= :now
                    ORDER BY expires_at, certificate_id LIMIT :limit),
                taken AS MATERIALIZED (
                    SELECT c.certificate_id, c.expires_at FROM chore c JOIN due USING (certificate_id)
                    WHERE c.chore = :chore AND c.due_at <= :now
                    ORDER BY c.expires_at, c.certificate_id FOR UPDATE OF c SKIP LOCKED),
                leased AS (
                    UPDATE chore SET due_at = :lease FROM taken
                    WHERE chore.certificate_id = taken.certificate_id AND chore.chore = :chore)
                SELECT certificate_id FROM taken ORDER BY expires_at, certificate_id""")
                .bind("chore", task.name())
                .bind("now", Columns.at(now))
                .bind("lease", Columns.at(lease))
                .bind("limit", limit)
                .mapTo(UUID.class)
                .map(CertificateId::new)
                .list();
    }
}
