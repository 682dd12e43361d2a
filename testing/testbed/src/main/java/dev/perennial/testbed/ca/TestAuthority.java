package dev.perennial.testbed.ca;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A throw-away certificate authority for the testbed's own TLS listeners. P-256; its key lives in memory only. */
public final class TestAuthority {
    private static final Duration LIFE = Duration.ofDays(30);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final String SIGNATURE = "SHA256withECDSA";

    private static final List<Extra> AUTHORITY = List.of(
            new Extra(Extension.basicConstraints, true, new BasicConstraints(true)),
            new Extra(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)));

    private final KeyPair key = newKey();
    private final X500Name name;
    private final X509CertificateHolder root;

    public TestAuthority(String commonName) {
        name = new X500Name("CN=" + commonName);
        root = sign(name, name, key, key.getPrivate(), AUTHORITY);
    }

    /**
     * @param certificate PEM
     * @param privateKey PKCS#8 PEM
     */
    public record KeyAndCertificate(String certificate, String privateKey) {
        @Override
        public String toString() {
            return "KeyAndCertificate[" + certificate.length() + " characters]";
        }
    }

    public String rootPem() {
        return pem(root);
    }

    /** A server certificate for DNS names and IP addresses. */
    public KeyAndCertificate issue(String... names) {
        KeyPair own = newKey();
        return pair(
                sign(name, new X500Name("CN=" + names[0]), own, key.getPrivate(), List.of(san(List.of(names)))), own);
    }

    /** An intermediate authority, for a CA with its own key. */
    public KeyAndCertificate intermediate(String commonName) {
        KeyPair own = newKey();
        return pair(sign(name, new X500Name("CN=" + commonName), own, key.getPrivate(), AUTHORITY), own);
    }

    /** A self-signed certificate, like that of a host before its first issued one. */
    public static KeyAndCertificate selfSigned(Collection<String> names) {
        KeyPair own = newKey();
        X500Name self = new X500Name("CN=not yet replaced");
        return pair(sign(self, self, own, own.getPrivate(), List.of(san(names))), own);
    }

    private record Extra(
            org.bouncycastle.asn1.ASN1ObjectIdentifier id,
            boolean critical,
            org.bouncycastle.asn1.ASN1Encodable value) {}

    private static Extra san(Collection<String> names) {
        GeneralName[] all = names.stream()
                .map(n -> new GeneralName(isIpAddress(n) ? GeneralName.iPAddress : GeneralName.dNSName, n))
                .toArray(GeneralName[]::new);
        return new Extra(Extension.subjectAlternativeName, false, new GeneralNames(all));
    }

    private static boolean isIpAddress(String text) {
        return Arrays.stream(text.split("\\.")).allMatch(part -> part.matches("\\d{1,3}"));
    }

    private static X509CertificateHolder sign(
            X500Name issuer, X500Name subject, KeyPair own, PrivateKey signer, List<Extra> extensions) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    issuer,
                    new BigInteger(120, new SecureRandom()).setBit(119),
                    Date.from(now.minus(CLOCK_SKEW)),
                    Date.from(now.plus(LIFE)),
                    subject,
                    own.getPublic());
            for (Extra extra : extensions) {
                builder.addExtension(extra.id(), extra.critical(), extra.value());
            }
            return builder.build(new JcaContentSignerBuilder(SIGNATURE).build(signer));
        } catch (CertIOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyAndCertificate pair(X509CertificateHolder certificate, KeyPair own) {
        try {
            return new KeyAndCertificate(pem(certificate), pem(new JcaPKCS8Generator(own.getPrivate(), null)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pem(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
