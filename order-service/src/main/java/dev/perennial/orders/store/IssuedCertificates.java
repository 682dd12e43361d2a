package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.Sha256;
import dev.perennial.orders.database.Columns;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The tables {@code issued_certificate} and {@code ca_certificate}. */
public final class IssuedCertificates {
    private static final Logger LOG = Logger.getLogger(IssuedCertificates.class);
    /** A request to revoke a certificate because of its key reports the key as compromised. */
    private static final String KEY_COMPROMISED_AT =
            "(SELECT r.requested_at FROM revocation r WHERE r.fingerprint = i.fingerprint AND r.reason = 'keyCompromise') AS key_compromised_at ";

    private static final String SELECT = "SELECT i.*, ca.der AS issued_by_der, " + KEY_COMPROMISED_AT
            + "FROM issued_certificate i LEFT JOIN ca_certificate ca ON ca.fingerprint = i.ca_fingerprint ";

    private final Handle tx;

    public IssuedCertificates(Handle tx) {
        this.tx = tx;
    }

    /** @param order the order that issued it */
    public void add(CertificateIssued fact, StoredOrder order, Instant now) {
        Optional<IssuedCertificateDetails> chain = chain(fact);
        Optional<String> caFingerprint =
                chain.flatMap(IssuedCertificateDetails::issuedBy).map(this::store);
        tx.createUpdate("""
                INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type, not_before,
                    not_after, vault_path, vault_version, recorded_at, der, ca_fingerprint, key_fingerprint, renewal_id)
                VALUES (:fingerprint, :certificate, :order, :issuer, :serial, :keyType, :notBefore, :notAfter, :vaultPath,
                    :vaultVersion, :now, :der, :caFingerprint, :keyFingerprint, :renewalId)
                ON CONFLICT (fingerprint) DO NOTHING""")
                .bind("fingerprint", fact.fingerprint())
                .bind("certificate", fact.certificateId().value())
                .bind("order", fact.orderId().value())
                .bind("issuer", fact.issuer().orElseGet(order::issuer))
                .bind("serial", fact.serial())
                .bind("keyType", order.spec().keyType().name())
                .bind("notBefore", Columns.at(fact.notBefore()))
                .bind("notAfter", Columns.at(fact.notAfter()))
                .bind("vaultPath", fact.vaultPath())
                .bind("vaultVersion", fact.vaultVersion())
                .bind("now", Columns.at(now))
                .bind(
                        "der",
                        chain.map(it -> IssuedCertificateDetails.der(it.leaf())).orElse(null))
                .bind("caFingerprint", caFingerprint.orElse(null))
                .bind(
                        "keyFingerprint",
                        chain.map(IssuedCertificateDetails::keyFingerprint).orElse(null))
                .bind(
                        "renewalId",
                        chain.flatMap(IssuedCertificateDetails::renewalId).orElse(null))
                .execute();
    }

    /** Stores the renewal window that the CA suggests. */
    public void suggest(String fingerprint, IssuedCertificate.Suggestion suggestion) {
        tx.createUpdate("""
                UPDATE issued_certificate SET suggested_start = :start, suggested_end = :end, suggestion_url = :url
                WHERE fingerprint = :fingerprint""")
                .bind("start", Columns.at(suggestion.start()))
                .bind("end", Columns.at(suggestion.end()))
                .bind("url", suggestion.explanation().orElse(null))
                .bind("fingerprint", fingerprint)
                .execute();
    }

    public Optional<IssuedCertificate> find(String fingerprint) {
        return tx.createQuery(SELECT + "WHERE i.fingerprint = :fingerprint")
                .bind("fingerprint", fingerprint)
                .map((row, context) -> IssuedCertificate.of(row))
                .findOne();
    }

    /** The certificates issued for a certificate, the newest first. */
    public List<IssuedCertificate> of(CertificateId certificate) {
        return tx.createQuery(SELECT + "WHERE i.certificate_id = :certificate ORDER BY i.not_before DESC LIMIT 100")
                .bind("certificate", certificate.value())
                .map((row, context) -> IssuedCertificate.of(row))
                .list();
    }

    /** The certificate that is served, or will be. */
    public Optional<IssuedCertificate> current(CertificateId certificate) {
        return tx.createQuery(SELECT + "JOIN certificate c ON c.fingerprint = i.fingerprint WHERE c.id = :certificate")
                .bind("certificate", certificate.value())
                .map((row, context) -> IssuedCertificate.of(row))
                .findOne();
    }

    /** The inputs of the renewal time of these certificates, by fingerprint. */
    public Map<String, Renewable> renewable(List<String> fingerprints) {
        return tx.createQuery(
                        "SELECT i.fingerprint, i.issuer, i.not_before, i.not_after, i.suggested_start, i.suggested_end,"
                                + " i.suggestion_url, i.revoked_at, " + KEY_COMPROMISED_AT
                                + "FROM issued_certificate i WHERE i.fingerprint = ANY(:fingerprints)")
                .bindArray("fingerprints", String.class, fingerprints)
                .map((row, context) -> Renewable.of(row))
                .collect(Collectors.toMap(Renewable::fingerprint, row -> row));
    }

    /** The certificates with this key, under any name. */
    public List<IssuedCertificate> ofKey(String keyFingerprint) {
        return tx.createQuery(SELECT + "WHERE i.key_fingerprint = :key ORDER BY i.not_before DESC LIMIT 10000")
                .bind("key", keyFingerprint)
                .map((row, context) -> IssuedCertificate.of(row))
                .list();
    }

    /** @param reason as RFC 5280 section 5.3.1 names it */
    public void revoked(String fingerprint, Instant at, String reason) {
        tx.createUpdate("""
                UPDATE issued_certificate SET revoked_at = :at, revocation_reason = :reason
                WHERE fingerprint = :fingerprint""")
                .bind("at", Columns.at(at))
                .bind("reason", reason)
                .bind("fingerprint", fingerprint)
                .execute();
    }

    private static Optional<IssuedCertificateDetails> chain(CertificateIssued fact) {
        try {
            return Optional.of(IssuedCertificateDetails.of(fact.chain()));
        } catch (CertificateException e) {
            LOG.errorf(
                    "certificate %s: the chain of %s cannot be decoded: %s; its status and renewal information are not checked, and it is renewed by its lifetime",
                    fact.certificateId(), fact.fingerprint(), e.getMessage());
            return Optional.empty();
        }
    }

    private String store(X509Certificate ca) {
        byte[] der = IssuedCertificateDetails.der(ca);
        String fingerprint = Sha256.hex(der);
        tx.createUpdate(
                        "INSERT INTO ca_certificate (fingerprint, der) VALUES (:fingerprint, :der) ON CONFLICT DO NOTHING")
                .bind("fingerprint", fingerprint)
                .bind("der", der)
                .execute();
        return fingerprint;
    }
}
