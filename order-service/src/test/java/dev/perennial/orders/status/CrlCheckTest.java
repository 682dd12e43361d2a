package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.orders.parts.TestCa;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.junit.jupiter.api.Test;

class CrlCheckTest {
    private static final URI AT = URI.create("http://crl.example.com/7.crl");

    private final Instant now = Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS);
    private final TestCa ca = new TestCa();
    private final X509Certificate leaf = ca.leaf();

    @Test
    void findsRevokedAndGoodCertificates() throws UntrustedStatusException {
        assertThat(find(StatusAnswers.list(ca, now, leaf.getSerialNumber())))
                .isEqualTo(new StatusResult.Revoked(AT.toString(), now, Optional.of("keyCompromise")));
        assertThat(find(StatusAnswers.list(ca, now, ca.leaf().getSerialNumber())))
                .isEqualTo(new StatusResult.Good(AT.toString()));
    }

    @Test
    void rejectsListsThatTheIssuingCaDidNotSign() {
        assertUntrusted(StatusAnswers.list(new TestCa(), now), "not signed by the CA");
        assertUntrusted(StatusAnswers.list(new X500Name("CN=Other"), ca.signer(), now, Map.of()), "from another CA");
        assertUntrusted("no list".getBytes(StandardCharsets.UTF_8), "not a CRL");
    }

    @Test
    void rejectsEveryChangeAndTruncation() {
        byte[] der = StatusAnswers.list(ca, now, leaf.getSerialNumber());
        for (int i = 0; i < der.length; i++) {
            byte[] changed = der.clone();
            changed[i] ^= 1;
            byte[] shortened = Arrays.copyOf(der, i);
            assertThatThrownBy(() -> find(changed)).as("byte %d", i).isInstanceOf(UntrustedStatusException.class);
            assertThatThrownBy(() -> find(shortened)).as("%d bytes", i).isInstanceOf(UntrustedStatusException.class);
        }
    }

    @Test
    void keepsSixteenBytesForEachEntry() throws Exception {
        BigInteger[] serials = new BigInteger[50_000];
        Arrays.setAll(serials, i -> BigInteger.ONE.shiftLeft(158).add(BigInteger.valueOf(i)));
        byte[] der = StatusAnswers.list(ca, now, serials);
        AtomicLong reserved = new AtomicLong();

        RevocationList list = CrlCheck.read(new ByteArrayInputStream(der), AT, ca.certificate(), reserved::addAndGet);

        assertThat(list.entries().bytes()).isEqualTo(reserved.get()).isLessThan(50_000 * 18);
        assertThat(list.entries().find(serials[49_999])).isPresent();
        assertThat(list.entries().find(BigInteger.TEN)).isEmpty();
    }

    @Test
    void rejectsListsThatAreNotCurrent() {
        assertUntrusted(StatusAnswers.list(ca, now.minus(StatusAnswers.LIFE).minusSeconds(1)), "outdated");
        assertUntrusted(StatusAnswers.list(ca, now.plus(Duration.ofHours(1))), "in the future");
    }

    @Test
    void rejectsPartialListsAndListsOfAnotherDistributionPoint() throws UntrustedStatusException {
        assertUntrusted(pointed("http://crl.example.com/8.crl", false), "belongs to another distribution point");
        assertThat(find(pointed(AT.toString(), false))).isInstanceOf(StatusResult.Good.class);
        assertUntrusted(pointed(AT.toString(), true), "does not cover all certificates");
        assertUntrusted(
                StatusAnswers.list(
                        TestCa.NAME, ca.signer(), now, Map.of(Extension.deltaCRLIndicator, new ASN1Integer(1))),
                "delta CRL");
    }

    private byte[] pointed(String url, boolean caCertificatesOnly) {
        var name = new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, url)));
        var point = new IssuingDistributionPoint(name, false, caCertificatesOnly, null, false, false);
        return StatusAnswers.list(TestCa.NAME, ca.signer(), now, Map.of(Extension.issuingDistributionPoint, point));
    }

    private StatusResult find(byte[] der) throws UntrustedStatusException {
        try {
            return CrlCheck.find(
                    CrlCheck.read(new ByteArrayInputStream(der), AT, ca.certificate(), bytes -> {}), AT, leaf, now);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertUntrusted(byte[] der, String reason) {
        assertThatThrownBy(() -> find(der))
                .isInstanceOf(UntrustedStatusException.class)
                .hasMessageContaining(reason);
    }
}
