package dev.perennial.orders.scheduling;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.database.Columns;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.IntFunction;
import org.jdbi.v3.core.Handle;

/** The table {@code scheduled_task}. */
public final class ScheduledTasks {
    private final Handle tx;

    public ScheduledTasks(Handle tx) {
        this.tx = tx;
    }

    /**
     * Creates the task, or replaces its time.
     *
     * @param expiresAt of the current certificate
     */
    public void set(CertificateId certificate, ScheduledTask task, Instant dueAt, Instant expiresAt, Instant now) {
        tx.createUpdate("""
                INSERT INTO scheduled_task (certificate_id, kind, due_at, scheduled_at, expires_at)
                VALUES (:certificate, :kind, :dueAt, :now, :expiresAt)
                ON CONFLICT (certificate_id, kind) DO UPDATE
                    SET due_at = :dueAt, scheduled_at = :now, expires_at = :expiresAt, failures = 0""")
                .bind("now", Columns.at(now))
                .bind("certificate", certificate.value())
                .bind("kind", task.name())
                .bind("dueAt", Columns.at(dueAt))
                .bind("expiresAt", Columns.at(expiresAt))
                .execute();
    }

    /** Replaces the time of the task, if it exists. */
    public void postpone(CertificateId certificate, ScheduledTask task, Instant dueAt, Instant now) {
        tx.createUpdate("""
                UPDATE scheduled_task SET due_at = :dueAt, scheduled_at = :now, failures = 0
                WHERE certificate_id = :certificate AND kind = :kind""")
                .bind("now", Columns.at(now))
                .bind("certificate", certificate.value())
                .bind("kind", task.name())
                .bind("dueAt", Columns.at(dueAt))
                .execute();
    }

    /**
     * Counts a failure of the task and schedules the next attempt.
     *
     * @param next time of the next attempt by consecutive failures, which start at 1
     */
    public void failed(CertificateId certificate, ScheduledTask task, IntFunction<Instant> next, Instant now) {
        tx.createQuery("""
                UPDATE scheduled_task SET failures = failures + 1 WHERE certificate_id = :certificate AND kind = :kind
                RETURNING failures""")
                .bind("certificate", certificate.value())
                .bind("kind", task.name())
                .mapTo(Integer.class)
                .findOne()
                .ifPresent(failures -> tx.createUpdate("""
                        UPDATE scheduled_task SET due_at = :dueAt, scheduled_at = :now
                        WHERE certificate_id = :certificate AND kind = :kind""")
                        .bind("now", Columns.at(now))
                        .bind("certificate", certificate.value())
                        .bind("kind", task.name())
                        .bind("dueAt", Columns.at(next.apply(failures)))
                        .execute());
    }

    /**
     * Moves the renewals of an issuer's certificates to at least that long before their expiry. Those whose new time is in the past are due
     * at once and are processed in order of expiry.
     */
    public void advanceRenewals(String issuer, Duration before) {
        tx.createUpdate("""
                UPDATE scheduled_task SET due_at = least(due_at, expires_at - CAST(:before AS interval))
                FROM issued_certificate i JOIN certificate c ON c.fingerprint = i.fingerprint
                WHERE scheduled_task.certificate_id = c.id AND scheduled_task.kind = 'RENEW' AND i.issuer = :issuer
                    AND scheduled_task.due_at > expires_at - CAST(:before AS interval)""")
                .bind("before", before.toString())
                .bind("issuer", issuer)
                .execute();
    }

    public void drop(CertificateId certificate, ScheduledTask task) {
        tx.createUpdate("DELETE FROM scheduled_task WHERE certificate_id = :certificate AND kind = :kind")
                .bind("certificate", certificate.value())
                .bind("kind", task.name())
                .execute();
    }

    /** Removes every task of the certificate. */
    public void drop(CertificateId certificate) {
        tx.createUpdate("DELETE FROM scheduled_task WHERE certificate_id = :certificate")
                .bind("certificate", certificate.value())
                .execute();
    }

    /**
     * Leases tasks that are due, in order of expiry: no other replica gets them before the lease ends. The caller reschedules or removes
     * each of them.
     *
     * @param limit maximum number of certificates
     */
    public List<CertificateId> lease(ScheduledTask task, int limit, Instant lease, Instant now) {
        return tx.createQuery("""
                WITH due AS MATERIALIZED (
                    SELECT certificate_id FROM scheduled_task WHERE kind = :kind AND due_at <= :now
                    ORDER BY expires_at, certificate_id LIMIT :limit),
                taken AS MATERIALIZED (
                    SELECT c.certificate_id, c.expires_at FROM scheduled_task c JOIN due USING (certificate_id)
                    WHERE c.kind = :kind AND c.due_at <= :now
                    ORDER BY c.expires_at, c.certificate_id FOR UPDATE OF c SKIP LOCKED),
                leased AS (
                    UPDATE scheduled_task SET due_at = :lease, scheduled_at = :now FROM taken
                    WHERE scheduled_task.certificate_id = taken.certificate_id AND scheduled_task.kind = :kind)
                SELECT certificate_id FROM taken ORDER BY expires_at, certificate_id""")
                .bind("kind", task.name())
                .bind("now", Columns.at(now))
                .bind("lease", Columns.at(lease))
                .bind("limit", limit)
                .mapTo(UUID.class)
                .map(CertificateId::new)
                .list();
    }
}
