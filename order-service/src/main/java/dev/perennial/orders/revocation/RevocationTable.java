package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.rules.revocation.RevocationProgress;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code revocation}. A row may only be changed while its certificate is locked. */
public final class RevocationTable {
    private final Handle tx;

    public RevocationTable(Handle tx) {
        this.tx = tx;
    }

    /** Replaces a failed revocation of the same certificate, or one for a weaker reason. */
    void put(Revocation row) {
        tx.createUpdate("""
                INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, comment, request_id, retired, state,
                    due_at, scheduled_at, revoke_by, attempts, problem, initiator, traceparent, requested_at, updated_at)
                VALUES (:fingerprint, :certificate, :order, :reason, :comment, :requestId, :retired, :state,
                    :dueAt, :now, :revokeBy, :attempts, NULL, :initiator, :traceparent, :now, :now)
                ON CONFLICT (fingerprint) DO UPDATE SET reason = :reason, comment = :comment, request_id = :requestId,
                    retired = :retired, state = :state, due_at = :dueAt, scheduled_at = :now, revoke_by = :revokeBy,
                    attempts = :attempts, problem = NULL, initiator = :initiator, traceparent = :traceparent, updated_at = :now""")
                .bind("fingerprint", row.fingerprint())
                .bind("certificate", row.certificateId().value())
                .bind("order", row.orderId().value())
                .bind("reason", row.reason().wireName())
                .bind("comment", row.comment().orElse(null))
                .bind("requestId", row.requestId())
                .bind("retired", row.retired())
                .bind("state", row.state().name())
                .bind("dueAt", row.dueAt().map(Columns::at).orElse(null))
                .bind("revokeBy", row.revokeBy().map(Columns::at).orElse(null))
                .bind("attempts", row.attempts())
                .bind("initiator", row.initiator().id())
                .bind("traceparent", row.traceparent().orElse(null))
                .bind("now", Columns.at(row.updatedAt()))
                .execute();
        if (row.reason() == RevocationReason.KEY_COMPROMISE) {
            new CompromisedKeys(tx).reported(row);
        }
        Change.REVOCATION_DUE.announce(tx);
    }

    public Optional<Revocation> find(String fingerprint) {
        return tx.createQuery("SELECT * FROM revocation WHERE fingerprint = :fingerprint")
                .bind("fingerprint", fingerprint)
                .map((row, context) -> Revocation.of(row))
                .findOne();
    }

    public List<Revocation> of(CertificateId certificate) {
        return tx.createQuery(
                        "SELECT * FROM revocation WHERE certificate_id = :id ORDER BY requested_at DESC LIMIT 100")
                .bind("id", certificate.value())
                .map((row, context) -> Revocation.of(row))
                .list();
    }

    /** A revocation that is due; its other columns are read when it is processed. */
    record Due(String fingerprint, CertificateId certificate, Optional<String> traceparent) {}

    List<Due> due(int limit, Instant now) {
        return tx.createQuery("""
                SELECT fingerprint, certificate_id, traceparent FROM revocation WHERE due_at <= :now
                ORDER BY due_at LIMIT :limit""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .map((row, context) -> new Due(
                        row.getString("fingerprint"),
                        CertificateId.of(row.getString("certificate_id")),
                        Columns.optionalText(row, "traceparent")))
                .list();
    }

    /** Makes the revocations of the certificate due that wait for its replacement: its state has changed. */
    public void check(CertificateId certificate, Instant now) {
        announceIfAny(tx.createUpdate(
                        "UPDATE revocation SET due_at = :now, scheduled_at = :now WHERE certificate_id = :id AND state = 'REPLACING'")
                .bind("now", Columns.at(now))
                .bind("id", certificate.value())
                .execute());
    }

    /**
     * An order that was under way may have reused a key that is compromised since: its certificate is revoked by the
     * same request. The time of the request is not one of this clock, so a clock that is ahead must not move it.
     */
    public void inherit(String fingerprint, Instant now) {
        announceIfAny(tx.createUpdate("""
                INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, comment, request_id, retired, state,
                    due_at, scheduled_at, revoke_by, attempts, initiator, traceparent, requested_at, updated_at)
                SELECT i.fingerprint, i.certificate_id, i.order_id, :reason, k.comment, k.request_id, false, 'REPLACING',
                    at.now, at.now, greatest(k.revoke_by, at.now), 0, coalesce(k.initiator, :system), k.traceparent, at.now, at.now
                FROM issued_certificate i JOIN compromised_key k USING (key_fingerprint),
                    (SELECT least(CAST(:now AS timestamptz), now()) AS now) AS at
                WHERE i.fingerprint = :fingerprint AND k.request_id IS NOT NULL
                ON CONFLICT DO NOTHING""")
                .bind("fingerprint", fingerprint)
                .bind("reason", RevocationReason.KEY_COMPROMISE.wireName())
                .bind("system", Outbox.SYSTEM.id())
                .bind("now", Columns.at(now))
                .execute());
    }

    /** Deletes the revocations of these certificates. */
    public int delete(Collection<String> fingerprints) {
        return tx.createUpdate("DELETE FROM revocation WHERE fingerprint = ANY(:fingerprints)")
                .bindArray("fingerprints", String.class, List.copyOf(fingerprints))
                .execute();
    }

    private void announceIfAny(int rows) {
        if (rows > 0) {
            Change.REVOCATION_DUE.announce(tx);
        }
    }

    void await(String fingerprint, Instant nextCheck, Instant now) {
        tx.createUpdate("UPDATE revocation SET due_at = :at, scheduled_at = :now WHERE fingerprint = :fingerprint")
                .bind("now", Columns.at(now))
                .bind("at", Columns.at(nextCheck))
                .bind("fingerprint", fingerprint)
                .execute();
    }

    /** @param due time of the next check; empty in a final state */
    void move(
            Revocation row,
            RevocationProgress state,
            int attempts,
            Optional<Instant> due,
            Optional<Problem> problem,
            Instant now) {
        tx.createUpdate("""
                UPDATE revocation SET state = :state, attempts = :attempts, due_at = :due, scheduled_at = :now,
                    problem = CAST(:problem AS jsonb), updated_at = :now
                WHERE fingerprint = :fingerprint""")
                .bind("state", state.name())
                .bind("attempts", attempts)
                .bind("due", due.map(Columns::at).orElse(null))
                .bind("problem", problem.map(Json::write).orElse(null))
                .bind("now", Columns.at(now))
                .bind("fingerprint", row.fingerprint())
                .execute();
    }
}
