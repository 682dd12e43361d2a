package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code revocation}.
 *
 * @param fingerprint of the issued certificate
 * @param orderId the order of which it came
 * @param retired that the certificate is not kept alive any more
 * @param dueAt when it is looked at next; empty at the end
 * @param revokeBy until when it waits for its replacement; empty where it waits for as long as that takes
 * @param attempts how often the issuance-service was told
 * @param problem why it is not revoked yet, or at all
 */
public record Revocation(
        String fingerprint,
        CertificateId certificateId,
        OrderId orderId,
        RevocationReason reason,
        Optional<String> comment,
        String requestId,
        boolean retired,
        State state,
        Optional<Instant> dueAt,
        Optional<Instant> revokeBy,
        int attempts,
        Optional<Problem> problem,
        Optional<String> traceparent,
        Instant requestedAt,
        Instant updatedAt) {
    /** How far it is. */
    public enum State {
        /** Waits until a new certificate is served. */
        REPLACING,
        /** The issuance-service is to be told. */
        DUE,
        /** It has been told. */
        ORDERED,
        REVOKED,
        /** The CA will not, and somebody has to look. */
        FAILED;

        boolean isOver() {
            return switch (this) {
                case REPLACING, DUE, ORDERED -> false;
                case REVOKED, FAILED -> true;
            };
        }
    }

    static Revocation of(ResultSet row) throws SQLException {
        return new Revocation(
                row.getString("fingerprint"),
                CertificateId.of(row.getString("certificate_id")),
                OrderId.of(row.getString("order_id")),
                RevocationReason.fromWire(row.getString("reason")),
                Columns.optionalText(row, "comment"),
                row.getString("request_id"),
                row.getBoolean("retired"),
                State.valueOf(row.getString("state")),
                Columns.optionalInstant(row, "due_at"),
                Columns.optionalInstant(row, "revoke_by"),
                row.getInt("attempts"),
                Columns.optionalText(row, "problem").map(json -> Json.read(json, Problem.class)),
                Columns.optionalText(row, "traceparent"),
                Columns.instant(row, "requested_at"),
                Columns.instant(row, "updated_at"));
    }
}
