package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.rules.revocation.RevocationProgress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code revocation}.
 *
 * @param fingerprint of the issued certificate
 * @param orderId the order that issued it
 * @param retired whether the certificate is no longer renewed
 * @param dueAt time of the next check; empty in a final state
 * @param revokeBy the end of the wait for its replacement; empty if the wait has no limit
 * @param attempts requests to the issuance-service so far
 * @param problem why it is not revoked
 * @param initiator the principal that requested it
 */
public record Revocation(
        String fingerprint,
        CertificateId certificateId,
        OrderId orderId,
        RevocationReason reason,
        Optional<String> comment,
        String requestId,
        boolean retired,
        RevocationProgress state,
        Optional<Instant> dueAt,
        Optional<Instant> revokeBy,
        int attempts,
        Optional<Problem> problem,
        Initiator initiator,
        Optional<String> traceparent,
        Instant requestedAt,
        Instant updatedAt) {
    static Revocation of(ResultSet row) throws SQLException {
        return new Revocation(
                row.getString("fingerprint"),
                CertificateId.of(row.getString("certificate_id")),
                OrderId.of(row.getString("order_id")),
                RevocationReason.fromWire(row.getString("reason")),
                Columns.optionalText(row, "comment"),
                row.getString("request_id"),
                row.getBoolean("retired"),
                RevocationProgress.valueOf(row.getString("state")),
                Columns.optionalInstant(row, "due_at"),
                Columns.optionalInstant(row, "revoke_by"),
                row.getInt("attempts"),
                Columns.optionalText(row, "problem").map(Json::readProblem),
                Initiator.of(row.getString("initiator")).orElse(Outbox.SYSTEM),
                Columns.optionalText(row, "traceparent"),
                Columns.instant(row, "requested_at"),
                Columns.instant(row, "updated_at"));
    }
}
