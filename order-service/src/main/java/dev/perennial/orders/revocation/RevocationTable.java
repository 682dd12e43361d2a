package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code revocation}. Who changes a row has locked its certificate. */
public final class RevocationTable {
    private final Handle tx;

    public RevocationTable(Handle tx) {
        this.tx = tx;
    }

    /** Also where there is one that failed, or one for a weaker reason: this one counts. */
    void put(Revocation row) {
        tx.createUpdate("""
                INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, comment, request_id, retired, state,
                    due_at, revoke_by, attempts, problem, traceparent, requested_at, updated_at)
                VALUES (:fingerprint, :certificate, :order, :reason, :comment, :requestId, :retired, :state,
                    :dueAt, :revokeBy, :attempts, NULL, :traceparent, :now, :now)
                ON CONFLICT (fingerprint) DO UPDATE SET reason = :reason, comment = :comment, request_id = :requestId,
                    retired = :retired, state = :state, due_at = :dueAt, revoke_by = :revokeBy, attempts = :attempts,
                    problem = NULL, traceparent = :traceparent, updated_at = :now""")
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
                .bind("traceparent", row.traceparent().orElse(null))
                .bind("now", Columns.at(row.updatedAt()))
                .execute();
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

    List<Revocation> due(int limit, Instant now) {
        return tx.createQuery("SELECT * FROM revocation WHERE due_at <= :now ORDER BY due_at LIMIT :limit")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .map((row, context) -> Revocation.of(row))
                .list();
    }

    /** What those of the certificate wait for may have come: they are looked at now. */
    public void look(CertificateId certificate, Instant now) {
        tx.createUpdate("UPDATE revocation SET due_at = :now WHERE certificate_id = :id AND state = 'REPLACING'")
                .bind("now", Columns.at(now))
                .bind("id", certificate.value())
                .execute();
    }

    /** An order that was under way may have taken a key that is compromised since: what came of it is revoked by the same wish. */
    public void inherit(String fingerprint, Instant now) {
        tx.createUpdate("""
                INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, comment, request_id, retired, state,
                    due_at, revoke_by, attempts, traceparent, requested_at, updated_at)
                SELECT i.fingerprint, i.certificate_id, i.order_id, r.reason, r.comment, r.request_id, false, 'REPLACING',
                    :now, greatest(r.revoke_by, :now), 0, r.traceparent, :now, :now
                FROM issued_certificate i
                JOIN issued_certificate older USING (key_fingerprint)
                JOIN revocation r ON r.fingerprint = older.fingerprint AND r.reason = :reason
                WHERE i.fingerprint = :fingerprint LIMIT 1
                ON CONFLICT DO NOTHING""")
                .bind("fingerprint", fingerprint)
                .bind("reason", RevocationReason.KEY_COMPROMISE.wireName())
                .bind("now", Columns.at(now))
                .execute();
    }

    void await(String fingerprint, Instant lookAgain) {
        tx.createUpdate("UPDATE revocation SET due_at = :at WHERE fingerprint = :fingerprint")
                .bind("at", Columns.at(lookAgain))
                .bind("fingerprint", fingerprint)
                .execute();
    }

    /** @param due when it is looked at next; empty at the end */
    void move(
            Revocation row,
            Revocation.State state,
            int attempts,
            Optional<Instant> due,
            Optional<Problem> problem,
            Instant now) {
        tx.createUpdate("""
                UPDATE revocation SET state = :state, attempts = :attempts, due_at = :due,
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
