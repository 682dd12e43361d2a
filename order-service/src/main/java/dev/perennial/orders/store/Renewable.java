package dev.perennial.orders.store;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.store.IssuedCertificate.Suggestion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * What of an issued certificate counts for its renewal.
 *
 * @param fingerprint SHA-256 of its DER, lower-case hex
 * @param issuer the issuer at which it was ordered
 * @param keyCompromisedAt when its key was reported to be in other hands
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

    /** Where in its windows it is, from 0 to below 1: fingerprints are evenly spread, and every replica reads the same one. */
    public double spread() {
        return Long.parseLong(fingerprint.substring(0, 12), 16) / (double) (1L << 48);
    }
}
