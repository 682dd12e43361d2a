package dev.perennial.orders.store;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.store.IssuedCertificate.Suggestion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * The facts about an issued certificate that determine its renewal time.
 *
 * @param fingerprint SHA-256 of its DER, lower-case hex
 * @param issuer the issuer at which it was ordered
 * @param keyCompromisedAt when its key was reported as compromised
 */
public record Renewable(
        String fingerprint,
        String issuer,
        Instant notBefore,
        Instant notAfter,
        Optional<Suggestion> suggestion,
        Optional<Instant> revokedAt,
        Optional<Instant> keyCompromisedAt) {
    static Renewable of(ResultSet row) throws SQLException {
        return new Renewable(
                row.getString("fingerprint"),
                row.getString("issuer"),
                Columns.instant(row, "not_before"),
                Columns.instant(row, "not_after"),
                Suggestion.of(row),
                Columns.optionalInstant(row, "revoked_at"),
                Columns.optionalInstant(row, "key_compromised_at"));
    }

    /**
     * Its position in renewal windows, from 0 to below 1, derived from the fingerprint: evenly distributed, and equal
     * on every replica.
     */
    public double jitter() {
        return Long.parseLong(fingerprint.substring(0, 12), 16) / (double) (1L << 48);
    }
}
