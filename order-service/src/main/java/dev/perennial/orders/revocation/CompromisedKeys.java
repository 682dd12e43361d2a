package dev.perennial.orders.revocation;

import dev.perennial.orders.database.Columns;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** The table {@code compromised_key}, whose rows outlive the certificates with these keys. */
public final class CompromisedKeys {
    private final Handle tx;

    public CompromisedKeys(Handle tx) {
        this.tx = tx;
    }

    /** A request reports the key of the certificate as compromised; it overrules the report of a CA. */
    void reported(Revocation request) {
        tx.createUpdate("""
                INSERT INTO compromised_key (key_fingerprint, reported_at, request_id, comment, revoke_by, initiator, traceparent)
                SELECT key_fingerprint, :at, :requestId, :comment, :revokeBy, :initiator, :traceparent FROM issued_certificate
                WHERE fingerprint = :fingerprint AND key_fingerprint IS NOT NULL
                ON CONFLICT (key_fingerprint) DO UPDATE SET reported_at = :at, request_id = :requestId, comment = :comment,
                    revoke_by = :revokeBy, initiator = :initiator, traceparent = :traceparent""")
                .bind("at", Columns.at(request.updatedAt()))
                .bind("requestId", request.requestId())
                .bind("comment", request.comment().orElse(null))
                .bind("revokeBy", request.revokeBy().map(Columns::at).orElse(null))
                .bind("initiator", request.initiator().id())
                .bind("traceparent", request.traceparent().orElse(null))
                .bind("fingerprint", request.fingerprint())
                .execute();
    }

    /** The CA of the certificate revoked it because of its key. */
    public void reportedByCa(String fingerprint, Instant at) {
        tx.createUpdate("""
                INSERT INTO compromised_key (key_fingerprint, reported_at)
                SELECT key_fingerprint, :at FROM issued_certificate
                WHERE fingerprint = :fingerprint AND key_fingerprint IS NOT NULL
                ON CONFLICT DO NOTHING""")
                .bind("at", Columns.at(at))
                .bind("fingerprint", fingerprint)
                .execute();
    }
}
