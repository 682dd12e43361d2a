package dev.perennial.acme;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A leaf below one intermediate, which two roots have signed. */
final class TestChains {
    private final KeyPair rootKey = AccountKey.generate();
    private final KeyPair otherRootKey = AccountKey.generate();
    private final KeyPair intermediateKey = AccountKey.generate();
    private final KeyPair leafKey = AccountKey.generate();

    final X509Certificate root = sign("Root X1", rootKey, "Root X1", rootKey);
    final X509Certificate otherRoot = sign("Root X2", otherRootKey, "Root X2", otherRootKey);
    final X509Certificate intermediate = sign("I1", intermediateKey, "Root X1", rootKey);
    final X509Certificate crossSigned = sign("I1", intermediateKey, "Root X2", otherRootKey);
    final X509Certificate leaf = leaf(BigInteger.TEN, 0);

    X509Certificate leaf(BigInteger serial, int extensionBytes) {
        return sign("leaf", leafKey, "I1", intermediateKey, serial, extensionBytes);
    }

    static String pem(X509Certificate... chain) {
        return Stream.of(chain).map(TestChains::pem).collect(Collectors.joining());
    }

    static String pem(byte[] der) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static String pem(X509Certificate certificate) {
        try {
            return pem(certificate.getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static X509Certificate sign(String subject, KeyPair key, String issuer, KeyPair by) {
        return sign(subject, key, issuer, by, BigInteger.TWO, 0);
    }

    private static X509Certificate sign(
            String subject, KeyPair key, String issuer, KeyPair by, BigInteger serial, int extensionBytes) {
        try {
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=" + issuer),
                    serial,
                    Date.from(now.minusSeconds(3600)),
                    Date.from(now.plusSeconds(3600)),
                    new X500Name("CN=" + subject),
                    key.getPublic());
            if (extensionBytes > 0) {
                builder.addExtension(
                        new ASN1ObjectIdentifier("1.3.6.1.4.1.32473.1"),
                        false,
                        new DEROctetString(new byte[extensionBytes]));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(by.getPrivate())));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
