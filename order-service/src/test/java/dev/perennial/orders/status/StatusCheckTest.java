package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.AddressPolicy;
import dev.perennial.orders.parts.TestCa;
import io.vertx.core.Vertx;
import java.math.BigInteger;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusCheckTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Clock CLOCK = Clock.systemUTC();

    private final StatusServer web = new StatusServer();
    private final TestCa ca = new TestCa();
    private final Instant now = CLOCK.instant().minusSeconds(5);
    private Duration listAge = Duration.ofHours(1);
    private List<String> allowed = List.of("127.0.0.0/8");
    private Optional<StatusCheck> cached = Optional.empty();

    @AfterEach
    void close() {
        web.close();
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close();
    }

    @Test
    void fetchesAListOnceForAllItsCertificates() {
        X509Certificate revoked = listed();
        web.bodies.put("/list", StatusAnswers.list(ca, now, revoked.getSerialNumber()));

        assertThat(check(revoked)).isInstanceOf(StatusResult.Revoked.class);
        assertThat(check(listed())).isInstanceOf(StatusResult.Good.class);

        assertThat(web.requests).containsExactly("GET /list");
    }

    @Test
    void fetchesAListAgainOnlyIfItHasChanged() {
        listAge = Duration.ZERO;
        X509Certificate leaf = listed();
        web.bodies.put("/list", StatusAnswers.list(ca, now));
        assertThat(check(leaf)).isInstanceOf(StatusResult.Good.class);
        web.bodies.put("/list", StatusAnswers.list(ca, now, leaf.getSerialNumber()));

        assertThat(check(leaf)).as("304 from the server").isInstanceOf(StatusResult.Good.class);
        web.etag = "\"2\"";

        assertThat(check(leaf)).isInstanceOf(StatusResult.Revoked.class);
        assertThat(web.requests).hasSize(3);
    }

    @Test
    void usesACurrentListIfTheNextOneIsInvalid() {
        listAge = Duration.ZERO;
        X509Certificate leaf = listed();
        web.bodies.put("/list", StatusAnswers.list(ca, now));
        check(leaf);
        web.etag = "\"2\"";
        web.bodies.put("/list", StatusAnswers.list(new TestCa(), now, leaf.getSerialNumber()));

        assertThat(check(leaf)).isInstanceOf(StatusResult.Good.class);
    }

    @Test
    void prefersRevokedToGood() {
        X509Certificate leaf = ca.leaf(TestCa.crlAt(url("/list")), TestCa.accessAt(url("/ocsp"), url("/ca")));
        web.bodies.put("/list", StatusAnswers.list(ca, now));
        web.bodies.put("/ocsp", StatusAnswers.answer(ca, leaf, new RevokedStatus(java.util.Date.from(now), 4), now));

        assertThat(check(leaf)).isInstanceOf(StatusResult.Revoked.class);
        web.bodies.put("/ocsp", StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now));
        assertThat(check(leaf)).isInstanceOf(StatusResult.Good.class);
        assertThat(web.requests).contains("POST /ocsp");
    }

    @Test
    void fetchesTheIssuerIfTheChainLacksIt() throws CertificateEncodingException {
        X509Certificate leaf = ca.leaf(TestCa.accessAt(url("/ocsp"), url("/ca")));
        web.bodies.put("/ocsp", StatusAnswers.answer(ca, leaf, CertificateStatus.GOOD, now));
        web.bodies.put("/ca", ca.certificate().getEncoded());
        assertThat(check().at(leaf, Optional.empty())).isInstanceOf(StatusResult.Good.class);

        web.bodies.put("/ca", new TestCa().certificate().getEncoded());
        assertThat(check().at(leaf, Optional.empty()))
                .isInstanceOfSatisfying(StatusResult.Unavailable.class, it -> assertThat(it.detail())
                        .contains("not the certificate of the CA"));
    }

    @Test
    void reportsMissingAndUnreadableUrls() {
        assertThat(check(ca.leaf())).isInstanceOf(StatusResult.NotOffered.class);
        assertThat(check(ca.leaf(
                        new TestCa.ExtraExtension(Extension.cRLDistributionPoints, new DERUTF8String("nonsense")))))
                .isInstanceOf(StatusResult.Unavailable.class);
    }

    @Test
    void contactsNoPrivateAddressUnlessItIsAllowed() {
        allowed = List.of();
        assertUnavailable("not public");
        assertThat(web.requests).isEmpty();
    }

    @Test
    void followsNoRedirect() {
        web.status = 302;
        assertUnavailable("HTTP 302");
        assertThat(web.requests).containsExactly("GET /list");
    }

    @Test
    void limitsTheSizeOfLists() {
        BigInteger[] serials = new BigInteger[5_000];
        Arrays.setAll(serials, BigInteger::valueOf);
        web.bodies.put("/list", StatusAnswers.list(ca, now, serials));
        assertUnavailable("too large");
    }

    @Test
    void fetchesNothingButHttpUrls() {
        assertThat(check(ca.leaf(TestCa.crlAt("file:///etc/passwd", "ldap://127.0.0.1/x", "gopher://x"))))
                .isInstanceOf(StatusResult.NotOffered.class);
    }

    private void assertUnavailable(String reason) {
        assertThat(check(listed())).isInstanceOfSatisfying(StatusResult.Unavailable.class, it -> assertThat(it.detail())
                .contains(reason));
    }

    private X509Certificate listed() {
        return ca.leaf(TestCa.crlAt(url("/list")));
    }

    private String url(String path) {
        return web.url(path).toString();
    }

    private StatusResult check(X509Certificate leaf) {
        return check().at(leaf, Optional.of(ca.certificate()));
    }

    private StatusCheck check() {
        if (cached.isEmpty()) {
            StatusFetch fetch = new StatusFetch(VERTX, AddressPolicy.of(allowed), Duration.ofSeconds(10));
            cached =
                    Optional.of(new StatusCheck(fetch, new CrlCache(fetch, 100_000, 1_000_000, listAge, CLOCK), CLOCK));
        }
        return cached.get();
    }
}
