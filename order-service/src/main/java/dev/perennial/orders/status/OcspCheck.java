package dev.perennial.orders.status;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** Creates OCSP requests and reads OCSP responses (RFC 6960). Pure. */
final class OcspCheck {
    private OcspCheck() {}

    /**
     * The request has no nonce, because few responders support it; {@code nextUpdate} ensures freshness (RFC 5019).
     */
    static byte[] request(X509Certificate leaf, X509Certificate issuer) throws UntrustedStatusException {
        try {
            return new OCSPReqBuilder().addRequest(id(leaf, issuer)).build().getEncoded();
        } catch (OCSPException | IOException e) {
            throw new UntrustedStatusException("no request can be made of the certificate", e);
        }
    }

    /**
     * @throws UntrustedStatusException if the response is not a current one about the certificate, signed by the
     *     CA or its delegated responder
     */
    static StatusResult read(byte[] der, URI at, X509Certificate leaf, X509Certificate issuer, Instant now)
            throws UntrustedStatusException {
        try {
            OCSPResp answer = new OCSPResp(der);
            if (answer.getStatus() != OCSPResp.SUCCESSFUL
                    || !(answer.getResponseObject() instanceof BasicOCSPResp basic)) {
                throw new UntrustedStatusException(
                        "the responder " + at + " responded with error " + answer.getStatus());
            }
            requireSigned(basic, at, issuer, now);
            CertificateID requested = id(leaf, issuer);
            SingleResp single = Arrays.stream(basic.getResponses())
                    .filter(one -> one.getCertID().getSerialNumber().equals(requested.getSerialNumber()))
                    .filter(one -> matches(one.getCertID(), issuer))
                    .findFirst()
                    .orElseThrow(() -> new UntrustedStatusException(
                            "the responder " + at + " responded about another certificate"));
            requireFresh(single, at, now);
            return result(single.getCertStatus(), at);
        } catch (OCSPException | IOException | RuntimeException e) {
            throw new UntrustedStatusException("the response of " + at + " cannot be read", e);
        }
    }

    private static StatusResult result(CertificateStatus status, URI at) {
        if (status == CertificateStatus.GOOD) {
            return new StatusResult.Good(at.toString());
        }
        return status instanceof RevokedStatus revoked
                ? new StatusResult.Revoked(
                        at.toString(),
                        revoked.getRevocationTime().toInstant(),
                        revoked.hasRevocationReason()
                                ? Optional.of(RevocationReasons.name(revoked.getRevocationReason()))
                                : Optional.empty())
                : new StatusResult.Unknown(at.toString());
    }

    private static void requireFresh(SingleResp single, URI at, Instant now) throws UntrustedStatusException {
        if (single.getThisUpdate().toInstant().isAfter(now.plus(CrlCheck.CLOCK_SKEW))) {
            throw new UntrustedStatusException("the response of " + at + " has a thisUpdate in the future");
        }
        if (single.getNextUpdate() != null
                && single.getNextUpdate().toInstant().plus(CrlCheck.CLOCK_SKEW).isBefore(now)) {
            throw new UntrustedStatusException("the response of " + at + " is outdated since "
                    + single.getNextUpdate().toInstant());
        }
    }

    /** The signer is the CA itself, or a responder that the CA has delegated (RFC 6960 section 4.2.2.2). */
    private static void requireSigned(BasicOCSPResp basic, URI at, X509Certificate issuer, Instant now)
            throws UntrustedStatusException {
        try {
            if (isSignedBy(basic, issuer)) {
                return;
            }
            for (X509CertificateHolder holder : List.of(basic.getCerts())) {
                X509Certificate responder = new JcaX509CertificateConverter().getCertificate(holder);
                if (isDelegatedBy(issuer, responder, now) && isSignedBy(basic, responder)) {
                    return;
                }
            }
        } catch (GeneralSecurityException | OperatorCreationException | OCSPException e) {
            throw new UntrustedStatusException("the signature of the response of " + at + " cannot be verified", e);
        }
        throw new UntrustedStatusException("the response of " + at
                + " is signed neither by the CA that issued the certificate nor by its delegated responder");
    }

    private static boolean isSignedBy(BasicOCSPResp basic, X509Certificate signer)
            throws OperatorCreationException, OCSPException {
        try {
            return basic.isSignatureValid(new JcaContentVerifierProviderBuilder().build(signer.getPublicKey()));
        } catch (OCSPException e) {
            // Most likely another type of key.
            return false;
        }
    }

    private static boolean isDelegatedBy(X509Certificate issuer, X509Certificate responder, Instant now)
            throws CertificateParsingException {
        List<String> purposes = responder.getExtendedKeyUsage();
        try {
            responder.verify(issuer.getPublicKey());
        } catch (GeneralSecurityException e) {
            return false;
        }
        return purposes != null
                && purposes.contains(KeyPurposeId.id_kp_OCSPSigning.getId())
                && responder.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())
                && !now.isBefore(responder.getNotBefore().toInstant().minus(CrlCheck.CLOCK_SKEW))
                && now.isBefore(responder.getNotAfter().toInstant());
    }

    private static boolean matches(CertificateID id, X509Certificate issuer) {
        try {
            return id.matchesIssuer(
                    new JcaX509CertificateHolder(issuer), new JcaDigestCalculatorProviderBuilder().build());
        } catch (OCSPException | GeneralSecurityException | OperatorCreationException e) {
            return false;
        }
    }

    /** Uses SHA-1, which every responder supports; the hash is an identifier only. */
    private static CertificateID id(X509Certificate leaf, X509Certificate issuer) throws UntrustedStatusException {
        BigInteger serial = leaf.getSerialNumber();
        try {
            return new CertificateID(
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1),
                    new JcaX509CertificateHolder(issuer),
                    serial);
        } catch (OCSPException | GeneralSecurityException | OperatorCreationException e) {
            throw new UntrustedStatusException("no OCSP certificate id can be created for the certificate", e);
        }
    }
}
