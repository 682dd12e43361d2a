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
 * What the bytes of an issued certificate say beyond its fact.
 *
 * @param issuedBy the CA's certificate, where it came with the leaf
 */
record IssuedCertificateDetails(X509Certificate leaf, Optional<X509Certificate> issuedBy) {
    /**
     * @param chain PEM, leaf first
     * @throws CertificateException where one of the first two is no certificate
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

    /** SHA-256 of the SubjectPublicKeyInfo, lower-case hex: certificates with one key have the same. */
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
            throw new IllegalStateException("a certificate that was read cannot be written", e);
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
