package dev.perennial.orders.status;

import dev.perennial.orders.parts.TestCa;
import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.jcajce.JcaBasicOCSPRespBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** CRLs and OCSP answers, correct and incorrect ones. */
final class StatusAnswers {
    static final Duration LIFE = Duration.ofDays(7);

    private StatusAnswers() {}

    static byte[] list(TestCa ca, Instant now, BigInteger... revoked) {
        return list(TestCa.NAME, ca.signer(), now, Map.of(), revoked);
    }

    static byte[] list(
            X500Name name,
            ContentSigner signer,
            Instant thisUpdate,
            Map<ASN1ObjectIdentifier, ASN1Encodable> extensions,
            BigInteger... revoked) {
        try {
            var builder = new X509v2CRLBuilder(name, Date.from(thisUpdate));
            builder.setNextUpdate(Date.from(thisUpdate.plus(LIFE)));
            for (BigInteger serial : revoked) {
                builder.addCRLEntry(serial, Date.from(thisUpdate), CRLReason.keyCompromise);
            }
            for (var extension : extensions.entrySet()) {
                builder.addExtension(extension.getKey(), true, extension.getValue());
            }
            return builder.build(signer).getEncoded();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] answer(TestCa ca, X509Certificate leaf, CertificateStatus status, Instant now) {
        return answer(ca, leaf, status, now, ca.key(), ca.certificate());
    }

    /** @param signer the certificate in the response */
    static byte[] answer(
            TestCa ca,
            X509Certificate leaf,
            CertificateStatus status,
            Instant thisUpdate,
            KeyPair key,
            X509Certificate signer) {
        try {
            var digests = new JcaDigestCalculatorProviderBuilder().build();
            CertificateID id = new CertificateID(
                    digests.get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(ca.certificate()),
                    leaf.getSerialNumber());
            BasicOCSPRespBuilder builder =
                    new JcaBasicOCSPRespBuilder(key.getPublic(), digests.get(CertificateID.HASH_SHA1));
            builder.addResponse(id, status, Date.from(thisUpdate), Date.from(thisUpdate.plus(LIFE)), null);
            var basic = builder.build(
                    new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()),
                    new X509CertificateHolder[] {new JcaX509CertificateHolder(signer)},
                    Date.from(thisUpdate));
            return new OCSPRespBuilder()
                    .build(OCSPRespBuilder.SUCCESSFUL, basic)
                    .getEncoded();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
