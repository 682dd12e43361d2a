package dev.perennial.orders.parts;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A CA without intermediates, for leaves with status URLs. */
public final class TestCa {
    public static final X500Name NAME = new X500Name("CN=Test CA");

    private final KeyPair key = newKey();
    private final X509Certificate certificate = build(NAME, key.getPublic(), Duration.ofDays(3650), true, List.of());

    /** One extension of a leaf. */
    public record ExtraExtension(
            org.bouncycastle.asn1.ASN1ObjectIdentifier type, org.bouncycastle.asn1.ASN1Encodable value) {}

    public X509Certificate certificate() {
        return certificate;
    }

    public KeyPair key() {
        return key;
    }

    /** A leaf with a new key. */
    public X509Certificate leaf(ExtraExtension... extensions) {
        return leaf(newKey().getPublic(), extensions);
    }

    public X509Certificate leaf(PublicKey of, ExtraExtension... extensions) {
        return build(new X500Name("CN=leaf"), of, Duration.ofDays(90), false, List.of(extensions));
    }

    /** RFC 5280 section 4.2.1.6. */
    public static ExtraExtension names(String... names) {
        List<GeneralName> all = new ArrayList<>();
        for (String name : names) {
            all.add(new GeneralName(GeneralName.dNSName, name));
        }
        return new ExtraExtension(Extension.subjectAlternativeName, new GeneralNames(all.toArray(GeneralName[]::new)));
    }

    public static ExtraExtension crlAt(String... urls) {
        List<DistributionPoint> points = new ArrayList<>();
        for (String url : urls) {
            points.add(new DistributionPoint(
                    new DistributionPointName(
                            new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, url))),
                    null,
                    null));
        }
        return new ExtraExtension(
                Extension.cRLDistributionPoints, new CRLDistPoint(points.toArray(DistributionPoint[]::new)));
    }

    public static ExtraExtension accessAt(String ocsp, String issuer) {
        return new ExtraExtension(
                Extension.authorityInfoAccess, new AuthorityInformationAccess(new AccessDescription[] {
                    new AccessDescription(
                            AccessDescription.id_ad_ocsp, new GeneralName(GeneralName.uniformResourceIdentifier, ocsp)),
                    new AccessDescription(
                            AccessDescription.id_ad_caIssuers,
                            new GeneralName(GeneralName.uniformResourceIdentifier, issuer))
                }));
    }

    public ContentSigner signer() {
        try {
            return new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
        } catch (OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    public static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String pem(X509Certificate certificate) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private X509Certificate build(
            X500Name subject, PublicKey of, Duration life, boolean ca, List<ExtraExtension> extensions) {
        try {
            Instant now = Clock.systemUTC().instant();
            var builder = new JcaX509v3CertificateBuilder(
                    NAME,
                    new BigInteger(100, new SecureRandom()).setBit(99),
                    Date.from(now.minusSeconds(3600)),
                    Date.from(now.plus(life)),
                    subject,
                    of);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(ca));
            for (ExtraExtension extra : extensions) {
                builder.addExtension(extra.type(), false, extra.value());
            }
            return new JcaX509CertificateConverter().getCertificate(builder.build(signer()));
        } catch (CertIOException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
