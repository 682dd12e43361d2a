package dev.perennial.orders.store;

import dev.perennial.acme.RenewalIdentifier;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The fields of an issued certificate that its fact does not contain.
 *
 * @param issuedBy the CA's certificate, if it is part of the chain
 */
record IssuedCertificateDetails(X509Certificate leaf, Optional<X509Certificate> issuedBy) {
    /**
     * @param chain PEM, leaf first
     * @throws CertificateException if one of the first two is not a certificate
     */
    static IssuedCertificateDetails of(List<String> chain) throws CertificateException {
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

    /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex; equal for certificates with the same key. */
    String keyFingerprint() {
        return sha256(leaf.getPublicKey().getEncoded());
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

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
