package dev.perennial.issuance.checks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Identifier;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IssuedCertificateCheckTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final TestCaWithIntermediate CA = new TestCaWithIntermediate(NOW);
    private static final PublicKey KEY = TestCaWithIntermediate.ecKey().getPublic();
    private static final KeyPair OTHER_KEY = TestCaWithIntermediate.ecKey();
    private static final List<String> NAMES = List.of("www.example.com", "example.com");
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void acceptsACertificateThatMatchesTheOrder() {
        assertThat(mismatches(CA.issue(KEY, NAMES))).isEmpty();
    }

    @Test
    void acceptsAChainThatEndsInTheRoot() {
        X509Certificate leaf = CA.issue(KEY, NAMES).getFirst();
        assertThat(mismatches(List.of(leaf, CA.intermediate(), CA.root()))).isEmpty();
    }

    @Test
    void acceptsNamesInAnyOrderAndCase() {
        assertThat(mismatches(CA.issue(KEY, List.of("EXAMPLE.com", "www.example.com"))))
                .isEmpty();
    }

    @Test
    void distinguishesAddressesFromNamesInAnySpelling() {
        List<Identifier> caRequests =
                List.of(Identifier.of("2001:db8::1"), Identifier.of("192.0.2.1"), Identifier.of("example.com"));
        GeneralName name = new GeneralName(GeneralName.dNSName, "example.com");
        GeneralName v4 = new GeneralName(GeneralName.iPAddress, "192.0.2.1");
        GeneralName v6 = new GeneralName(GeneralName.iPAddress, "2001:db8:0:0:0:0:0:1");
        GeneralName other = new GeneralName(GeneralName.iPAddress, "2001:db8::2");

        assertThat(mismatches(caRequests, leafAnd(leaf().general(v4, v6, name))))
                .isEmpty();
        assertThat(mismatches(caRequests, leafAnd(leaf().general(v4, other, name))))
                .singleElement()
                .asString()
                .contains("ip:2001:db8::2", "the order has");
        assertThat(mismatches(caRequests, leafAnd(leaf().general(v4, name)))).hasSize(1);
        assertThat(mismatches(List.of(Identifier.of("example.com")), leafAnd(leaf().general(v4, name))))
                .hasSize(1);
    }

    /** RFC 5280 section 4.1.2.2. */
    @ParameterizedTest
    @ValueSource(longs = {0, -95})
    void refusesASerialNumberThatIsNotPositive(long serial) {
        assertThat(mismatches(leafAnd(leaf().serial(BigInteger.valueOf(serial)))))
                .singleElement()
                .asString()
                .contains("serial number");
    }

    @Test
    void refusesACertificateThatIsValidFromATimeBefore1970() {
        assertThat(mismatches(leafAnd(leaf().valid(Instant.EPOCH.minusSeconds(1), NOW.plus(DAY)))))
                .singleElement()
                .asString()
                .contains("1970");
    }

    /** RFC 5280 section 4.2.1.12. */
    @Test
    void acceptsACertificateForEveryPurpose() {
        assertThat(mismatches(leafAnd(leaf().usage(null)))).isEmpty();
    }

    @Test
    void toleratesASlowClock() {
        assertThat(mismatches(leafAnd(leaf().valid(NOW.plusSeconds(240), NOW.plus(DAY)))))
                .isEmpty();
    }

    /** The JDK parses parts of a certificate at their first use, and may throw anything then. */
    @Test
    void reportsADamagedCertificateWithoutADefect() throws GeneralSecurityException {
        byte[] leaf = CA.issue(KEY, NAMES).getFirst().getEncoded();
        CertificateFactory parser = CertificateFactory.getInstance("X.509");
        int checked = 0;
        for (int i = 0; i < leaf.length; i++) {
            byte[] damaged = leaf.clone();
            damaged[i] ^= (byte) 0x55;
            try {
                X509Certificate certificate =
                        (X509Certificate) parser.generateCertificate(new ByteArrayInputStream(damaged));
                assertThat(mismatches(List.of(certificate, CA.intermediate())))
                        .as("byte " + i)
                        .isNotEmpty();
                checked++;
            } catch (CertificateException unreadable) {
                assertThat(unreadable).isNotNull();
            }
        }
        assertThat(checked).isPositive();
    }

    static List<Arguments> wrong() {
        return List.of(
                Arguments.of("no certificate", List.of(), "0 certificates"),
                Arguments.of("endless chain", Collections.nCopies(11, CA.intermediate()), "11 certificates"),
                Arguments.of("another key", CA.issue(OTHER_KEY.getPublic(), NAMES), "different key"),
                Arguments.of("a name missing", CA.issue(KEY, List.of("example.com")), "the order has"),
                Arguments.of(
                        "a name too many",
                        CA.issue(KEY, List.of("example.com", "www.example.com", "evil.example")),
                        "evil.example"),
                Arguments.of("no names", CA.issue(KEY, List.of()), "names []"),
                Arguments.of(
                        "a name of another type",
                        leafAnd(leaf().general(
                                        new GeneralName(GeneralName.dNSName, "example.com"),
                                        new GeneralName(GeneralName.dNSName, "www.example.com"),
                                        new GeneralName(GeneralName.rfc822Name, "a@example.com"))),
                        "type 1"),
                Arguments.of("expired", leafAnd(leaf().valid(NOW.minus(DAY), NOW.minusSeconds(1))), "expired at"),
                Arguments.of("expires now", leafAnd(leaf().valid(NOW.minus(DAY), NOW)), "expired at"),
                Arguments.of(
                        "of the future",
                        leafAnd(leaf().valid(NOW.plus(DAY), NOW.plus(DAY).plus(DAY))),
                        "not valid before"),
                Arguments.of(
                        "for clients only",
                        leafAnd(leaf().usage(KeyPurposeId.id_kp_clientAuth)),
                        "does not contain serverAuth"),
                Arguments.of(
                        "valid backwards",
                        leafAnd(leaf().valid(NOW.plusSeconds(120), NOW.plusSeconds(60))),
                        "is valid from 2026-11-21T12:02:00Z until 2026-11-21T12:01:00Z"),
                Arguments.of("a CA itself", leafAnd(leaf().ca()), "is a CA certificate"),
                Arguments.of(
                        "signed by another key",
                        List.of(leaf().sign(OTHER_KEY), CA.intermediate()),
                        "not signed by the next"),
                Arguments.of(
                        "intermediate of another name",
                        List.of(CA.issue(KEY, NAMES).getFirst(), CA.root()),
                        "was issued by"),
                Arguments.of(
                        "issued by a leaf",
                        List.of(
                                leaf().issuer("CN=leaf").sign(OTHER_KEY),
                                CA.sign(CA.leaf(OTHER_KEY.getPublic()).names(NAMES))),
                        "certificate 2 of the chain is not a CA"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrong(String action, List<X509Certificate> chain, String finding) {
        assertThat(mismatches(chain)).anySatisfy(text -> assertThat(text).contains(finding));
    }

    @Test
    void reportsAllMismatches() {
        assertThat(mismatches(List.of(CA.leaf(OTHER_KEY.getPublic())
                        .names(List.of("evil.example"))
                        .usage(KeyPurposeId.id_kp_clientAuth)
                        .valid(NOW.minus(DAY), NOW.minus(DAY))
                        .sign(OTHER_KEY))))
                .hasSize(4);
    }

    private static TestCaWithIntermediate.CertificateBuilder leaf() {
        return CA.leaf(KEY).names(NAMES);
    }

    private static List<X509Certificate> leafAnd(TestCaWithIntermediate.CertificateBuilder builder) {
        return List.of(CA.sign(builder), CA.intermediate());
    }

    private static List<String> mismatches(List<X509Certificate> chain) {
        return mismatches(NAMES.stream().map(Identifier::dns).toList(), chain);
    }

    private static List<String> mismatches(List<Identifier> caRequests, List<X509Certificate> chain) {
        return IssuedCertificateCheck.mismatches(KEY, caRequests, chain, NOW);
    }
}
