package dev.perennial.issuance.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.OrderId;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.RevocationReason;
import dev.perennial.issuance.checks.TestCaWithIntermediate;
import dev.perennial.issuance.issuing.IssuancePublisher;
import dev.perennial.issuance.issuing.PublishedFacts;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class RevocationProcedureTest {
    private static final List<String> HOSTS = List.of("web-1.example.com", "web-2.example.com");

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final FakeRevocationCa ca = new FakeRevocationCa();
    private final TestCaWithIntermediate issuer =
            new TestCaWithIntermediate(Clock.systemUTC().instant());
    private final List<CloudEvent> topic = new CopyOnWriteArrayList<>();
    private final CertificateId certificate = CertificateId.next();
    private final IssuedBundle oldest = issue();
    private final IssuedBundle revoked = issue();

    @Test
    void revokesAtTheCaAndDestroysThisAndEarlierVersions() {
        IssuedBundle newer = issue();

        deliver(superseded(revoked));

        assertThat(ca.revoked).containsExactly(revoked.bundle().serial());
        assertThat(ca.reasons).containsExactly(RevocationReason.SUPERSEDED);
        for (SecretPath path : paths()) {
            assertThat(vault.versions(path)).isEqualTo(new SecretStore.Versions(3, List.of(3L)));
            assertThat(vault.read(path).map(Bundle::from)).contains(newer.bundle());
        }
        assertThat(published(CertificateRevoked.class)).singleElement().satisfies(fact -> {
            assertThat(fact.fingerprint()).isEqualTo(revoked.bundle().fingerprint());
            assertThat(fact.destroyedVersions()).isEqualTo(6);
        });
    }

    @Test
    void neverDestroysANewerVersion() {
        deliver(superseded(oldest));

        for (SecretPath path : paths()) {
            assertThat(vault.read(path).map(Bundle::from)).contains(revoked.bundle());
            assertThat(vault.versions(path).kept()).containsExactly(2L);
        }
    }

    @Test
    void destroysAllVersionsOfARetiredCertificate() {
        deliver(ordered(revoked, RevocationReason.CESSATION_OF_OPERATION, true));

        for (SecretPath path : paths()) {
            assertThat(vault.versions(path)).isEqualTo(SecretStore.Versions.NONE);
        }
    }

    @Test
    void keepsABundleRequestedAfterTheRevocation() {
        IssuedBundle caRequests = issue();

        deliver(ordered(revoked, RevocationReason.CESSATION_OF_OPERATION, true));

        for (SecretPath path : paths()) {
            assertThat(vault.read(path).map(Bundle::from)).contains(caRequests.bundle());
        }
    }

    @Test
    void destroysACompromisedKeyBeforeItsReplacementExists() {
        deliver(ordered(revoked, RevocationReason.KEY_COMPROMISE, false));

        for (SecretPath path : paths()) {
            assertThat(vault.versions(path)).isEqualTo(new SecretStore.Versions(2, List.of()));
        }
    }

    @Test
    void replacesTheKeyOfAnOrderInFlightByAMarker() {
        SecretPath path = SecretPath.orderKey(revoked.bundle().orderId());
        vault.createOnly(path, Map.of("privateKey", "x"));

        deliver(superseded(revoked));

        assertThat(vault.read(path).map(Secret::data).orElseThrow()).containsOnlyKeys("abandonedAt");
    }

    @Test
    void publishesTheSameResultAfterRedelivery() {
        deliver(superseded(revoked));
        deliver(superseded(revoked));

        assertThat(ca.revoked).hasSize(2);
        assertThat(topic)
                .extracting(CloudEvent::id)
                .hasSize(2)
                .containsOnly(topic.getFirst().id());
    }

    @Test
    void signsWithTheCertificateKeyIfTheCaRefusesTheAccount() {
        ca.refusesTheAccount = true;

        deliver(superseded(revoked));

        assertThat(ca.signers).containsExactly(revoked.leaf().getPublicKey());
        assertThat(ca.revoked).hasSize(1);
        assertThat(published(CertificateRevoked.class)).hasSize(1);
    }

    @Test
    void keepsTheKeysAndPublishesTheRefusalIfTheCaRefusesBoth() {
        ca.refusesTheAccount = true;
        ca.refusesTheKey = true;

        deliver(superseded(revoked));

        assertThat(published(RevocationFailed.class)).singleElement().satisfies(fact -> {
            assertThat(fact.problem().code()).isEqualTo(ErrorCode.CA_REFUSED);
            assertThat(fact.problem().evidence()).contains("unauthorized: no");
        });
        assertNothingIsDestroyed();
    }

    @Test
    void publishesAFailureAfterTheRetryTimeoutAndKeepsTheKeys() {
        ca.unavailable = true;

        deliver(superseded(revoked));

        assertThat(published(RevocationFailed.class)).singleElement().satisfies(fact -> {
            assertThat(fact.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
            assertThat(fact.problem().nextAttemptAt()).isPresent();
        });
        assertNothingIsDestroyed();
    }

    @Test
    void destroysTheKeysAfterRedeliveryIfVaultWasUnavailable() {
        ca.afterwards = () -> vault.seal(true);
        deliver(superseded(revoked));
        assertThat(published(RevocationFailed.class))
                .singleElement()
                .satisfies(fact -> assertThat(fact.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE));
        assertThat(published(CertificateRevoked.class)).isEmpty();
        ca.afterwards = () -> {};
        vault.seal(false);

        deliver(superseded(revoked));

        assertThat(published(CertificateRevoked.class)).hasSize(1);
        assertThat(vault.versions(paths().getFirst()).kept()).isEmpty();
    }

    @Test
    void neverExposesTheKey() {
        ca.refusesTheAccount = true;

        deliver(superseded(revoked));

        String secret =
                revoked.bundle().privateKey().lines().skip(1).findFirst().orElseThrow();
        assertThat(topic)
                .allSatisfy(event -> assertThat(new String(EventCodec.encode(event.data()), StandardCharsets.UTF_8))
                        .doesNotContain(secret));
    }

    private void assertNothingIsDestroyed() {
        for (SecretPath path : paths()) {
            assertThat(vault.versions(path).kept()).containsExactly(1L, 2L);
        }
    }

    private record IssuedBundle(X509Certificate leaf, Bundle bundle) {}

    /** Stores the next version at each path. */
    private IssuedBundle issue() {
        KeyPair key = TestCaWithIntermediate.ecKey();
        X509Certificate leaf = issuer.sign(issuer.leaf(key.getPublic()).names(List.of("shop.example.com")));
        Bundle bundle = new Bundle(
                certificate,
                OrderId.next(),
                "shop",
                pem("PRIVATE KEY", key.getPrivate().getEncoded()),
                pem(leaf),
                leaf.getSerialNumber().toString(16),
                leaf.getSerialNumber().toString(16).repeat(2),
                leaf.getNotAfter().toInstant(),
                Optional.empty());
        for (SecretPath path : paths()) {
            vault.replace(path, bundle.toSecret(), vault.versions(path).latest());
        }
        return new IssuedBundle(leaf, bundle);
    }

    private List<SecretPath> paths() {
        return List.of(
                SecretPath.certificate(certificate),
                SecretPath.hostCopy(HOSTS.get(0), certificate),
                SecretPath.hostCopy(HOSTS.get(1), certificate));
    }

    private RevocationOrdered superseded(IssuedBundle issued) {
        return ordered(issued, RevocationReason.SUPERSEDED, false);
    }

    private RevocationOrdered ordered(IssuedBundle issued, RevocationReason reason, boolean retired) {
        return new RevocationOrdered(
                certificate,
                issued.bundle().orderId(),
                "shop",
                FakeRevocationCa.ISSUER,
                issued.bundle().fingerprint(),
                issued.bundle().serial(),
                pem(issued.leaf()),
                reason,
                HOSTS,
                retired);
    }

    private void deliver(RevocationOrdered ordered) {
        Clock clock = Clock.systemUTC();
        new RevocationHandler(
                        new RevocationProcedure(ca, vault, clock),
                        new IssuancePublisher(topic::add, clock),
                        new ShortRetries(),
                        new SimpleMeterRegistry(),
                        clock)
                .handle(ordered, Context.root());
    }

    private <T> List<T> published(Class<T> type) {
        return PublishedFacts.of(type, topic);
    }

    private static String pem(X509Certificate leaf) {
        try {
            return pem("CERTIFICATE", leaf.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + type
                + "-----\n";
    }

    /** Retries after milliseconds. */
    private record ShortRetries() implements RevocationRetryConfig {
        @Override
        public Duration initialRetryInterval() {
            return Duration.ofMillis(1);
        }

        @Override
        public Duration maxRetryInterval() {
            return Duration.ofMillis(2);
        }

        @Override
        public Duration retryTimeout() {
            return Duration.ofMillis(100);
        }

        @Override
        public Duration nextAttemptInterval() {
            return Duration.ofMinutes(5);
        }
    }
}
