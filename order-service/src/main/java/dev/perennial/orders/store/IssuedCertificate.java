package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.KeyType;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code issued_certificate}: one X.509 certificate, current or earlier.
 *
 * @param fingerprint SHA-256 of its DER, lower-case hex
 * @param issuer the issuer at which it was ordered
 * @param x509 absent if it could not be decoded
 * @param issuedBy the CA's certificate; absent if it was not part of the chain
 * @param keyFingerprint SHA-256 of its SubjectPublicKeyInfo, lower-case hex
 * @param renewalId RFC 9773 section 4.1
 * @param keyCompromisedAt when its key was reported as compromised
 */
public record IssuedCertificate(
        String fingerprint,
        CertificateId certificateId,
        OrderId orderId,
        String issuer,
        String serial,
        KeyType keyType,
        Instant notBefore,
        Instant notAfter,
        String vaultPath,
        long vaultVersion,
        Optional<X509Certificate> x509,
        Optional<X509Certificate> issuedBy,
        Optional<String> keyFingerprint,
        Optional<String> renewalId,
        Optional<Suggestion> suggestion,
        Optional<Instant> revokedAt,
        Optional<String> revocationReason,
        Optional<Instant> keyCompromisedAt) {
    /**
     * The renewal window that the CA suggests (RFC 9773 section 4.2).
     *
     * @param explanation the URL of a page that gives the reason
     */
    public record Suggestion(Instant start, Instant end, Optional<String> explanation) {
        static Optional<Suggestion> of(ResultSet row) throws SQLException {
            Optional<Instant> start = Columns.optionalInstant(row, "suggested_start");
            Optional<Instant> end = Columns.optionalInstant(row, "suggested_end");
            Optional<String> explanation = Columns.optionalText(row, "suggestion_url");
            return start.flatMap(from -> end.map(until -> new Suggestion(from, until, explanation)));
        }
    }

    /** Whether it is revoked, or its key is reported as compromised. */
    public boolean isTainted() {
        return revokedAt.isPresent() || keyCompromisedAt.isPresent();
    }

    public Renewable renewable() {
        return new Renewable(fingerprint, issuer, notBefore, notAfter, suggestion, revokedAt, keyCompromisedAt);
    }

    /** {@link Renewable#jitter} */
    public double jitter() {
        return renewable().jitter();
    }

    static IssuedCertificate of(ResultSet row) throws SQLException {
        return new IssuedCertificate(
                row.getString("fingerprint"),
                CertificateId.of(row.getString("certificate_id")),
                OrderId.of(row.getString("order_id")),
                row.getString("issuer"),
                row.getString("serial"),
                KeyType.valueOf(row.getString("key_type")),
                Columns.instant(row, "not_before"),
                Columns.instant(row, "not_after"),
                row.getString("vault_path"),
                row.getLong("vault_version"),
                x509(row.getBytes("der")),
                x509(row.getBytes("issued_by_der")),
                Columns.optionalText(row, "key_fingerprint"),
                Columns.optionalText(row, "renewal_id"),
                Suggestion.of(row),
                Columns.optionalInstant(row, "revoked_at"),
                Columns.optionalText(row, "revocation_reason"),
                Columns.optionalInstant(row, "key_compromised_at"));
    }

    private static Optional<X509Certificate> x509(byte[] der) {
        if (der == null) {
            return Optional.empty();
        }
        try {
            return Optional.of((X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der)));
        } catch (CertificateException e) {
            throw new IllegalStateException("a stored certificate cannot be decoded", e);
        }
    }
}
