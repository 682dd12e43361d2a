package dev.perennial.orders.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.requests.CertificateSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A row of {@code certificate}.
 *
 * @param latestOrder empty only inside the transaction that creates the certificate
 * @param issued the version that is in Vault now
 * @param retired present if the certificate is not renewed; it is served until it expires
 */
public record Certificate(
        CertificateId id,
        String name,
        String owner,
        CertificateSpec spec,
        Map<String, String> labels,
        Optional<OrderId> latestOrder,
        Optional<CurrentVersion> issued,
        Optional<Retirement> retired,
        Instant createdAt) {
    /** The time and the reason of a retirement. */
    public record Retirement(Instant at, String reason) {}

    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    /** The public side of an issued certificate; fields as in {@link dev.perennial.events.CertificateIssued}. */
    public record CurrentVersion(
            String serial,
            String fingerprint,
            Instant notBefore,
            Instant notAfter,
            String vaultPath,
            long vaultVersion) {}

    /** What an action on it concerns. */
    public Resource resource() {
        return Resource.certificate(owner, name, spec.issuer());
    }

    public static Certificate of(ResultSet row) throws SQLException {
        return new Certificate(
                CertificateId.of(row.getString("id")),
                row.getString("name"),
                row.getString("owner"),
                SpecColumns.read(row),
                labels(row.getString("labels")),
                Columns.optionalText(row, "latest_order_id").map(OrderId::of),
                row.getString("serial") == null ? Optional.empty() : Optional.of(issued(row)),
                retirement(row),
                Columns.instant(row, "created_at"));
    }

    /** Labels that cannot be read count as absent: the certificate is renewed without them. */
    private static Map<String, String> labels(String json) {
        return Json.readOr(() -> Map.copyOf(Json.read(json, LABELS)), Map.of());
    }

    private static Optional<Retirement> retirement(ResultSet row) throws SQLException {
        Optional<Instant> at = Columns.optionalInstant(row, "retired_at");
        String reason = row.getString("retired_reason");
        return at.map(since -> new Retirement(since, reason));
    }

    private static CurrentVersion issued(ResultSet row) throws SQLException {
        return new CurrentVersion(
                row.getString("serial"),
                row.getString("fingerprint"),
                Columns.instant(row, "not_before"),
                Columns.instant(row, "not_after"),
                row.getString("vault_path"),
                row.getLong("vault_version"));
    }
}
