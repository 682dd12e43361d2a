package dev.perennial.orders.store;

import dev.perennial.acme.RenewalIdentifier;
import dev.perennial.events.Identifier;
import dev.perennial.events.Sha256;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The fields of an issued certificate that its fact does not contain.
 *
 * @param issuedBy the CA's certificate, if it is part of the chain
 */
public record IssuedCertificateDetails(X509Certificate leaf, Optional<X509Certificate> issuedBy) {
    private static final Logger LOG = Logger.getLogger(IssuedCertificateDetails.class);
    private static final Integer DNS_NAME = 2;
    private static final Integer IP_ADDRESS = 7;

    /**
     * @param chain PEM, leaf first
     * @throws CertificateException if one of the first two is not a certificate
     */
    public static IssuedCertificateDetails of(List<String> chain) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<X509Certificate> read = new ArrayList<>();
        for (String pem : chain.subList(0, Math.min(2, chain.size()))) {
            read.add((X509Certificate)
                    factory.generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
        }
        if (read.isEmpty()) {
            throw new CertificateException("the chain is empty");
        }
        return new IssuedCertificateDetails(
                read.getFirst(), read.stream().skip(1).findFirst());
    }

    /** SHA-256 of the leaf's DER, lower-case hex. */
    public String fingerprint() {
        return Sha256.fingerprint(leaf);
    }

    /** Lower-case hex without leading zeros. */
    public String serial() {
        return leaf.getSerialNumber().toString(16);
    }

    public Instant notBefore() {
        return leaf.getNotBefore().toInstant();
    }

    public Instant notAfter() {
        return leaf.getNotAfter().toInstant();
    }

    /** The DNS names and addresses of the leaf (RFC 5280 section 4.2.1.6); others, and malformed ones, are omitted. */
    public List<Identifier> identifiers() {
        List<Identifier> identifiers = new ArrayList<>();
        for (List<?> name : alternativeNames()) {
            if (!name.getFirst().equals(DNS_NAME) && !name.getFirst().equals(IP_ADDRESS)) {
                continue;
            }
            try {
                identifiers.add(Identifier.of((String) name.get(1)));
            } catch (IllegalArgumentException e) {
                LOG.debug("a subject alternative name is neither a DNS name nor an address", e);
            }
        }
        return identifiers;
    }

    private Collection<List<?>> alternativeNames() {
        try {
            return Optional.ofNullable(leaf.getSubjectAlternativeNames()).orElse(List.of());
        } catch (CertificateParsingException e) {
            LOG.debug("the subject alternative names cannot be decoded", e);
            return List.of();
        }
    }

    /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex; equal for certificates with the same key. */
    String keyFingerprint() {
        return Sha256.hex(leaf.getPublicKey().getEncoded());
    }

    /** RFC 9773 section 4.1. */
    Optional<String> renewalId() {
        return RenewalIdentifier.of(leaf);
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a decoded certificate cannot be encoded", e);
        }
    }
}
