package dev.perennial.issuance.checks;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A root and an intermediate that issue valid and invalid certificates for tests. */
public final class TestCaWithIntermediate {
    private final Instant now;
    private final KeyPair rootKey = ecKey();
    private final KeyPair intermediateKey = ecKey();
    private final X509Certificate root;
    private final X509Certificate intermediate;

    public TestCaWithIntermediate(Instant now) {
        this.now = now;
        this.root = new CertificateBuilder(rootKey.getPublic())
                .subject("CN=Test Root")
                .ca()
                .issuer("CN=Test Root")
                .sign(rootKey);
        this.intermediate = new CertificateBuilder(intermediateKey.getPublic())
                .subject("CN=Test Intermediate")
                .ca()
                .issuer("CN=Test Root")
                .sign(rootKey);
    }

    public X509Certificate root() {
        return root;
    }

    public X509Certificate intermediate() {
        return intermediate;
    }

    /** A valid leaf and the intermediate. */
    public List<X509Certificate> issue(PublicKey key, Collection<String> names) {
        return List.of(leaf(key).names(names).sign(intermediateKey), intermediate);
    }

    /** A valid leaf, which a test can modify before {@link #sign}. */
    public CertificateBuilder leaf(PublicKey key) {
        return new CertificateBuilder(key)
                .subject("CN=leaf")
                .issuer("CN=Test Intermediate")
                .serverAuth();
    }

    public X509Certificate sign(CertificateBuilder builder) {
        return builder.sign(intermediateKey);
    }

    public static KeyPair ecKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The content of a certificate. */
    public final class CertificateBuilder {
        private final PublicKey key;
        private String subject;
        private String issuer;
        private boolean ca;
        private KeyPurposeId usage;
        private GeneralName[] names = {};
        private Instant from;
        private Instant until;
        private BigInteger serial = new BigInteger(128, new SecureRandom()).setBit(127);

        private CertificateBuilder(PublicKey key) {
            this.key = key;
            this.from = now.minus(Duration.ofHours(1));
            this.until = now.plus(Duration.ofDays(90));
        }

        public CertificateBuilder names(Collection<String> dns) {
            this.names = dns.stream()
                    .map(name -> new GeneralName(GeneralName.dNSName, name))
                    .toArray(GeneralName[]::new);
            return this;
        }

        public CertificateBuilder general(GeneralName... all) {
            this.names = all;
            return this;
        }

        public CertificateBuilder valid(Instant notBefore, Instant notAfter) {
            this.from = notBefore;
            this.until = notAfter;
            return this;
        }

        public CertificateBuilder serial(BigInteger number) {
            this.serial = number;
            return this;
        }

        public CertificateBuilder usage(KeyPurposeId purpose) {
            this.usage = purpose;
            return this;
        }

        public CertificateBuilder ca() {
            this.ca = true;
            return this;
        }

        public CertificateBuilder issuer(String name) {
            this.issuer = name;
            return this;
        }

        private CertificateBuilder subject(String name) {
            this.subject = name;
            return this;
        }

        private CertificateBuilder serverAuth() {
            return usage(KeyPurposeId.id_kp_serverAuth);
        }

        public X509Certificate sign(KeyPair by) {
            try {
                var builder = new JcaX509v3CertificateBuilder(
                        new X500Name(issuer), serial, Date.from(from), Date.from(until), new X500Name(subject), key);
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
                if (usage != null) {
                    builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(usage));
                }
                if (names.length > 0) {
                    builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
                }
                return new JcaX509CertificateConverter()
                        .getCertificate(
                                builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
