package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.orders.parts.TestCa;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Optional;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.junit.jupiter.api.Test;

class OcspCheckTest {
    private static final URI AT = URI.create("http://ocsp.example.com");

    private final Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    private final TestCa ca = new TestCa();
    private final X509Certificate leaf = ca.leaf();

    @Test
    void requestsTheStatusWithoutANonce() throws Exception {
        OCSPReq request = new OCSPReq(OcspCheck.request(leaf, ca.certificate()));
        assertThat(request.getRequestList()[0].getCertID().getSerialNumber()).isEqualTo(leaf.getSerialNumber());
        assertThat(request.getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce))
                .isNull();
    }

    @Test
    void readsTheThreeStatuses() throws UntrustedStatusException {
        assertThat(read(StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now)))
                .isEqualTo(new StatusResult.Good(AT.toString()));
        assertThat(read(StatusAnswers.answer(ca, leaf, new RevokedStatus(Date.from(now), CRLReason.superseded), now)))
                .isEqualTo(new StatusResult.Revoked(AT.toString(), now, Optional.of("superseded")));
        assertThat(read(StatusAnswers.answer(ca, leaf, new UnknownStatus(), now)))
                .isEqualTo(new StatusResult.Unknown(AT.toString()));
    }

    @Test
    void acceptsADelegatedResponder() throws UntrustedStatusException {
        KeyPair key = TestCa.newKey();
        X509Certificate responder = ca.leaf(
                key.getPublic(),
                new TestCa.ExtraExtension(
                        Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning)));
        assertThat(read(StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now, key, responder)))
                .isInstanceOf(StatusResult.Good.class);
    }

    @Test
    void rejectsOtherResponders() {
        KeyPair key = TestCa.newKey();
        assertUntrusted(
                StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now, key, ca.leaf(key.getPublic())),
                "signed neither by");
        TestCa other = new TestCa();
        X509Certificate named = other.leaf(
                key.getPublic(),
                new TestCa.ExtraExtension(
                        Extension.extendedKeyUsage, new ExtendedKeyUsage(KeyPurposeId.id_kp_OCSPSigning)));
        assertUntrusted(StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now, key, named), "signed neither by");
        assertUntrusted(
                StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now, other.key(), ca.certificate()),
                "signed neither by");
    }

    @Test
    void rejectsOutdatedAndUnrelatedAnswers() {
        assertUntrusted(
                StatusAnswers.answer(
                        ca,
                        leaf,
                        CertificateStatus.GOOD,
                        now.minus(StatusAnswers.LIFE).minus(Duration.ofHours(1))),
                "outdated");
        assertUntrusted(
                StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now.plus(Duration.ofHours(1))), "in the future");
        assertUntrusted(StatusAnswers.answer(ca, ca.leaf(), CertificateStatus.GOOD, now), "another certificate");
    }

    @Test
    void rejectsErrorsAndInvalidAnswers() throws Exception {
        assertUntrusted(
                new OCSPRespBuilder().build(OCSPRespBuilder.TRY_LATER, null).getEncoded(), "error 3");
        assertUntrusted(new byte[] {1, 2, 3}, "cannot be read");
        assertUntrusted(new byte[0], "cannot be read");
    }

    private StatusResult read(byte[] der) throws UntrustedStatusException {
        return OcspCheck.read(der, AT, leaf, ca.certificate(), now);
    }

    private void assertUntrusted(byte[] der, String reason) {
        assertThatThrownBy(() -> read(der))
                .isInstanceOf(UntrustedStatusException.class)
                .hasMessageContaining(reason);
    }
}
