package dev.perennial.agent.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BundleCheckTest {
    private static final TestBundles CA = new TestBundles();
    private static final Bundle GOOD = CA.bundle(CertificateId.next(), "shop");
    private static final Bundle OTHER = new TestBundles().bundle(CertificateId.next(), "shop");

    static Stream<Arguments> inconsistent() {
        return Stream.of(
                Arguments.of("does not belong to the leaf", key(key -> OTHER.privateKey())),
                Arguments.of("not a PKCS#8 key", key(key -> TestBundles.pem("PRIVATE KEY", new byte[] {1, 2, 3}))),
                Arguments.of("more than one private key", key(key -> key + key)),
                Arguments.of("text after its last PEM block", key(key -> key + "and more")),
                Arguments.of("not a 'PRIVATE KEY'", key(key -> key.replace("PRIVATE KEY", "EC PRIVATE KEY"))),
                Arguments.of("no PEM block", key(key -> "")),
                Arguments.of("text after its last PEM block", chain(chain -> chain + "-----BEGIN CERTIFICATE-----")),
                Arguments.of("text before or between", chain(chain -> "hello\n" + chain)),
                Arguments.of("no PEM block", chain(chain -> "")),
                Arguments.of("cannot be parsed", chain(chain -> TestBundles.pem("CERTIFICATE", new byte[] {48, 1, 1}))),
                Arguments.of("larger than", chain(chain -> chain.repeat(200))),
                Arguments.of(
                        "not issued by the one after it",
                        chain(chain -> leafOf(chain) + TestBundles.pem(new TestBundles().intermediate()))),
                Arguments.of("is not a CA", chain(chain -> leafOf(chain) + leafOf(OTHER.chain()))),
                Arguments.of("fingerprint is", chain(chain -> OTHER.chain())),
                Arguments.of("serial is", chain(chain -> OTHER.chain())),
                Arguments.of("expired at", (UnaryOperator<Bundle>) good -> dated(-30, -1)),
                Arguments.of("has no DNS name", (UnaryOperator<Bundle>) good -> named()));
    }

    @ParameterizedTest
    @MethodSource("inconsistent")
    void rejects(String reason, UnaryOperator<Bundle> change) {
        BundleCheckResult verdict = BundleCheck.check(change.apply(GOOD), List.of(), Instant.now());

        assertThat(verdict).isInstanceOfSatisfying(BundleCheckResult.Inconsistent.class, inconsistent -> assertThat(
                        inconsistent.reasons())
                .anySatisfy(text -> assertThat(text).contains(reason))
                .noneSatisfy(text -> assertThat(text).contains("PRIVATE KEY-----")));
    }

    @Test
    void acceptsAConsistentBundleAndProbesItsFirstName() {
        assertThat(BundleCheck.check(GOOD, List.of(), Instant.now())).satisfies(probes("shop.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void acceptsEveryKindOfKey(String algorithm) {
        var leaf = CA.leaf(algorithm, List.of("a.example.com"), TestBundles.days(-1), TestBundles.days(9));

        assertThat(BundleCheck.check(bundle(leaf), List.of(), Instant.now()))
                .isInstanceOf(BundleCheckResult.Consistent.class);
    }

    @Test
    void prefersANameWithoutWildcard() {
        assertThat(BundleCheck.check(named("*.example.com", "example.com"), List.of(), Instant.now()))
                .satisfies(probes("example.com"));
    }

    @Test
    void probesAnAddressOnlyWithoutAName() {
        assertThat(BundleCheck.check(named("192.0.2.1", "*.example.com"), List.of(), Instant.now()))
                .satisfies(probes("perennial-probe.example.com"));
        assertThat(BundleCheck.check(named("2001:db8:0:0::1", "192.0.2.1"), List.of(), Instant.now()))
                .satisfies(probes("2001:db8::1"));
        assertThat(BundleCheck.check(named("192.0.2.1"), List.of("192.0.2.2"), Instant.now()))
                .isInstanceOf(BundleCheckResult.Inconsistent.class);
    }

    @Test
    void probesANameBelowAWildcardIfThereIsNoOther() {
        assertThat(BundleCheck.check(named("*.example.com"), List.of(), Instant.now()))
                .satisfies(probes("perennial-probe.example.com"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"www.example.com", "WWW.example.com", "shop.example.org"})
    void acceptsAServerNameThatIsCovered(String serverName) {
        var bundle = named("*.example.com", "shop.example.org");

        assertThat(BundleCheck.check(bundle, List.of(serverName), Instant.now()))
                .isInstanceOf(BundleCheckResult.Consistent.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com", "a.b.example.com", "shop.example.net", "xshop.example.org"})
    void rejectsAServerNameThatIsNotCovered(String serverName) {
        var bundle = named("*.example.com", "shop.example.org");

        assertThat(BundleCheck.check(bundle, List.of(serverName), Instant.now()))
                .isInstanceOf(BundleCheckResult.Inconsistent.class);
    }

    @Test
    void returnsTheStartOfTheValidity() {
        assertThat(BundleCheck.check(dated(1, 30), List.of(), Instant.now()))
                .isInstanceOfSatisfying(
                        BundleCheckResult.Consistent.class,
                        consistent -> assertThat(consistent.validFrom()).isAfter(Instant.now()));
    }

    private static Consumer<BundleCheckResult> probes(String serverName) {
        return result -> assertThat(result)
                .isInstanceOfSatisfying(BundleCheckResult.Consistent.class, consistent -> assertThat(
                                CertificateNames.serverNames(consistent.chain().getFirst())
                                        .getFirst())
                        .isEqualTo(serverName));
    }

    private static UnaryOperator<Bundle> key(UnaryOperator<String> change) {
        return good -> with(good, change.apply(good.privateKey()), good.chain());
    }

    private static UnaryOperator<Bundle> chain(UnaryOperator<String> change) {
        return good -> with(good, good.privateKey(), change.apply(good.chain()));
    }

    private static Bundle with(Bundle good, String key, String chain) {
        return new Bundle(
                good.certificateId(),
                good.orderId(),
                good.name(),
                key,
                chain,
                good.serial(),
                good.fingerprint(),
                good.notAfter(),
                Optional.empty());
    }

    private static String leafOf(String chain) {
        String end = "-----END CERTIFICATE-----\n";
        return chain.substring(0, chain.indexOf(end) + end.length());
    }

    private static Bundle dated(int from, int to) {
        return bundle(CA.leaf(List.of("shop.example.com"), TestBundles.days(from), TestBundles.days(to)));
    }

    private static Bundle named(String... names) {
        return bundle(CA.leaf(List.of(names), TestBundles.days(-1), TestBundles.days(30)));
    }

    private static Bundle bundle(TestBundles.Leaf leaf) {
        return CA.bundle(CertificateId.next(), OrderId.next(), "shop", leaf);
    }
}
