package dev.perennial.exploration;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** The certificates of the model CAs: a leaf and the CA that signed it. The same order has the same certificate. */
final class ModelCertificates {
    private static final KeyPair CA_KEY = key();
    private static final String CA_NAME = "CN=Model CA";
    private static final X509Certificate CA = certificate(BigInteger.ONE, CA_NAME, CA_KEY.getPublic(), true);
    private static final Map<String, X509Certificate> LEAVES = new HashMap<>();

    private ModelCertificates() {}

    static List<X509Certificate> chain(String ca, int order, PublicKey key) {
        String id = ca + "/" + order + "/" + key.hashCode();
        X509Certificate leaf =
                LEAVES.computeIfAbsent(id, any -> certificate(serial(ca, order), "CN=" + ca + "-" + order, key, false));
        return List.of(leaf, CA);
    }

    private static BigInteger serial(String ca, int order) {
        return BigInteger.valueOf(Math.abs((long) ca.hashCode())).shiftLeft(8).add(BigInteger.valueOf(order));
    }

    private static X509Certificate certificate(BigInteger serial, String subject, PublicKey key, boolean ca) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Name(CA_NAME),
                    serial,
                    Date.from(SystemState.START.minus(Duration.ofHours(1))),
                    Date.from(SystemState.START.plus(Duration.ofDays(90))),
                    new X500Name(subject),
                    key);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            if (!ca) {
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, SystemState.NAME.value())));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(CA_KEY.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | CertIOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
