package dev.perennial.validation.tlsalpn01;

import dev.perennial.events.Identifier;
import dev.perennial.events.Sha256;
import dev.perennial.platform.probe.ResponderProbe;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The self-signed certificate of a tls-alpn-01 response (RFC 8737 section 3): the identifier is its only subject
 * alternative name, and a critical acmeIdentifier extension contains the SHA-256 of the key authorization.
 */
final class ChallengeCertificate {
    /** id-pe-acmeIdentifier (RFC 8737 section 6.1). */
    static final String ACME_IDENTIFIER = "1.3.6.1.5.5.7.1.31";

    private static final X500Name SUBJECT = new X500Name("CN=ACME challenge");
    private static final Duration LIFETIME = Duration.ofDays(1);

    private ChallengeCertificate() {}

    static X509Certificate of(Identifier identifier, String keyAuthorization, KeyPair key, Instant now) {
        try {
            var builder = builder(SUBJECT, generalName(identifier), key, now);
            builder.addExtension(
                    new ASN1ObjectIdentifier(ACME_IDENTIFIER),
                    true,
                    new DEROctetString(Sha256.digest(keyAuthorization)));
            return signed(builder, key);
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate of a challenge could not be created", e);
        }
    }

    /** The response to a {@link ResponderProbe}. Without the extension it validates nothing. */
    static X509Certificate ofProbe(KeyPair key, Instant now) {
        try {
            var name = new GeneralName(GeneralName.dNSName, ResponderProbe.SERVER_NAME);
            return signed(builder(new X500Name(ResponderProbe.SUBJECT), name, key, now), key);
        } catch (IOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("the certificate of a probe could not be created", e);
        }
    }

    private static X509v3CertificateBuilder builder(X500Name subject, GeneralName name, KeyPair key, Instant now)
            throws IOException {
        // An hour in the past, to tolerate clock skew.
        return new JcaX509v3CertificateBuilder(
                        subject,
                        BigInteger.valueOf(now.toEpochMilli()),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(LIFETIME)),
                        subject,
                        key.getPublic())
                .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name));
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, KeyPair key)
            throws OperatorCreationException, GeneralSecurityException {
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    /** The reason why the CA would refuse the certificate; empty if it would accept it. */
    static Optional<String> mismatch(X509Certificate certificate, Identifier identifier, String keyAuthorization) {
        byte[] digest = digest(certificate);
        if (digest.length == 0) {
            return Optional.of("the certificate has no acmeIdentifier extension: another server responded");
        }
        if (!certificate.getCriticalExtensionOIDs().contains(ACME_IDENTIFIER)) {
            return Optional.of("the acmeIdentifier extension is not critical");
        }
        if (!MessageDigest.isEqual(digest, Sha256.digest(keyAuthorization))) {
            return Optional.of("the certificate is the response to another challenge");
        }
        return isOnlyFor(certificate, identifier)
                ? Optional.empty()
                : Optional.of("the certificate has other names than this identifier");
    }

    private static boolean isOnlyFor(X509Certificate certificate, Identifier identifier) {
        try {
            var names = GeneralNames.fromExtensions(
                    new JcaX509CertificateHolder(certificate).getExtensions(), Extension.subjectAlternativeName);
            return names != null && Arrays.asList(names.getNames()).equals(Arrays.asList(generalName(identifier)));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }

    /** Empty if the extension is missing or malformed. */
    private static byte[] digest(X509Certificate certificate) {
        byte[] extension = certificate.getExtensionValue(ACME_IDENTIFIER);
        if (extension == null) {
            return new byte[0];
        }
        try {
            return ASN1OctetString.getInstance(
                            ASN1OctetString.getInstance(extension).getOctets())
                    .getOctets();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static GeneralName generalName(Identifier identifier) {
        return new GeneralName(
                identifier.ofType(Identifier.IP) ? GeneralName.iPAddress : GeneralName.dNSName, identifier.value());
    }
}
