package dev.perennial.agent;

import dev.perennial.events.CertificateId;
import dev.perennial.events.IpAddress;
import dev.perennial.events.OrderId;
import dev.perennial.events.Sha256;
import dev.perennial.vault.Bundle;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A small CA: an intermediate that issues leaves, as bundles. */
public final class TestBundles {
    private static final AtomicLong SERIALS = new AtomicLong(0xabc_000);

    private final KeyPair rootKey = keyPair("EC");
    private final KeyPair intermediateKey;
    private final X509Certificate intermediate;

    public TestBundles() {
        this("EC");
    }

    /** @param issuer the algorithm of the key of the intermediate */
    public TestBundles(String issuer) {
        intermediateKey = keyPair(issuer);
        intermediate = certificate(
                "CN=Test Intermediate",
                intermediateKey,
                "CN=Test Root",
                rootKey.getPrivate(),
                List.of(),
                days(-1),
                days(300),
                true);
    }

    /** A leaf with its key. */
    public record Leaf(X509Certificate certificate, PrivateKey key) {}

    public Leaf leaf(List<String> names, Instant notBefore, Instant notAfter) {
        return leaf("EC", names, notBefore, notAfter);
    }

    public Leaf leaf(String algorithm, List<String> names, Instant notBefore, Instant notAfter) {
        KeyPair key = keyPair(algorithm);
        return new Leaf(
                certificate(
                        "CN=leaf",
                        key,
                        "CN=Test Intermediate",
                        intermediateKey.getPrivate(),
                        names,
                        notBefore,
                        notAfter,
                        false),
                key.getPrivate());
    }

    /** A bundle of a new order for {@code <name>.example.com}. */
    public Bundle bundle(CertificateId certificate, String name) {
        Leaf leaf = leaf(List.of(name + ".example.com"), days(-1), days(90));
        return bundle(certificate, OrderId.next(), name, leaf);
    }

    public Bundle bundle(CertificateId certificate, OrderId order, String name, Leaf leaf) {
        return new Bundle(
                certificate,
                order,
                name,
                pem("PRIVATE KEY", leaf.key().getEncoded()),
                pem(leaf.certificate()) + pem(intermediate),
                leaf.certificate().getSerialNumber().toString(16),
                Sha256.fingerprint(leaf.certificate()),
                leaf.certificate().getNotAfter().toInstant(),
                Optional.empty());
    }

    public X509Certificate intermediate() {
        return intermediate;
    }

    public static Instant days(int fromNow) {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).plus(Duration.ofDays(fromNow));
    }

    public static String pem(X509Certificate certificate) {
        try {
            return pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    private static X509Certificate certificate(
            String subject,
            KeyPair key,
            String issuer,
            PrivateKey issuerKey,
            List<String> names,
            Instant from,
            Instant to,
            boolean ca) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Principal(issuer),
                    BigInteger.valueOf(SERIALS.incrementAndGet()),
                    Date.from(from),
                    Date.from(to),
                    new X500Principal(subject),
                    key.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (!names.isEmpty()) {
                GeneralName[] general = names.stream()
                        .map(name ->
                                new GeneralName(IpAddress.is(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(general));
            }
            byte[] der = builder.build(new JcaContentSignerBuilder(
                                    issuerKey.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA")
                            .build(issuerKey))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
        } catch (GeneralSecurityException | OperatorCreationException | CertIOException e) {
            throw new IllegalStateException(e);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static KeyPair keyPair(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(256);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
