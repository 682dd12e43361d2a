package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Event;
import dev.perennial.events.Identifier;
import dev.perennial.events.OrderId;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.MovedClock;
import dev.perennial.vault.SecretPath;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junitpioneer.jupiter.ExpectedToFail;

class DeploymentHandlerTest {
    private final CertificateId shop = CertificateId.next();
    private final List<CloudEvent> published = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();

    @TempDir
    Path folder;

    private TestHost host;
    private DeploymentHandler deployments;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(folder);
        deployments = newProcess(Duration.ofSeconds(20));
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void reportsADeployment() {
        Bundle bundle = host.issued(shop, "shop");

        deployments.onIssued(fact(bundle, TestHost.NAME), Context.root());

        assertThat(reports()).singleElement().isInstanceOfSatisfying(CertificateDeployed.class, deployed -> {
            assertThat(deployed.orderId()).isEqualTo(bundle.orderId());
            assertThat(deployed.fingerprint()).isEqualTo(bundle.fingerprint());
            assertThat(deployed.host()).isEqualTo(TestHost.NAME);
            assertThat(deployed.endpoint()).isEqualTo("127.0.0.1:" + host.server.port());
        });
        assertThat(published.getFirst().subject()).isEqualTo(shop.toString());
        assertThat(host.meters
                        .counter("perennial_deployments_total", "outcome", "deployed")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void ignoresCertificatesOfOtherHosts() {
        deployments.onIssued(fact(host.issued(shop, "shop"), "web-2"), Context.root());

        assertThat(published).isEmpty();
        assertThat(host.location("shop").directory()).doesNotExist();
    }

    @Test
    void reportsARedeliveredFactAgainWithoutAReload() throws IOException {
        Bundle bundle = host.issued(shop, "shop");
        deployments.onIssued(fact(bundle, TestHost.NAME), Context.root());

        deployments.onIssued(fact(bundle, TestHost.NAME), Context.root());

        assertThat(reports()).hasSize(2).allSatisfy(fact -> assertThat(fact).isInstanceOf(CertificateDeployed.class));
        assertThat(host.server.reloads()).isEqualTo(1);
    }

    @Test
    void waitsForABundle() {
        Bundle old = host.issued(shop, "shop");
        Bundle renewed = host.ca.bundle(shop, "shop");
        host.store.seal(true);
        var vault = new ScriptedStore(host.store)
                .beforeRead(2, () -> host.store.seal(false))
                .beforeRead(3, () -> host.store(renewed));

        newProcess(new HostBundles(vault, TestHost.NAME), Duration.ofSeconds(20))
                .onIssued(fact(renewed, TestHost.NAME), Context.root());

        assertThat(vault.reads()).as("sealed, the previous bundle, the new one").isEqualTo(3);
        assertThat(reports()).singleElement().isInstanceOfSatisfying(CertificateDeployed.class, deployed -> assertThat(
                        deployed.fingerprint())
                .isEqualTo(renewed.fingerprint())
                .isNotEqualTo(old.fingerprint()));
    }

    @Test
    void deploysTheNewestBundleAndReportsItsOrder() {
        Bundle old = host.issued(shop, "shop");
        Bundle renewed = host.issued(shop, "shop");

        deployments.onIssued(fact(old, TestHost.NAME), Context.root());

        assertThat(reports()).singleElement().isInstanceOfSatisfying(CertificateDeployed.class, deployed -> assertThat(
                        deployed.orderId())
                .isEqualTo(renewed.orderId()));
    }

    @Test
    void reportsAFailureWhenTheRetriesEnd() {
        host.store.seal(true);

        newProcess(Duration.ofMillis(300)).onIssued(fact(host.ca.bundle(shop, "shop"), TestHost.NAME), Context.root());

        assertThat(reports()).singleElement().isInstanceOfSatisfying(DeploymentFailed.class, failed -> {
            assertThat(failed.hostState()).isEqualTo(HostState.UNTOUCHED);
            assertThat(failed.problem().code()).isEqualTo(ErrorCode.VAULT_UNAVAILABLE);
            assertThat(failed.problem().nextAttemptAt()).isPresent();
        });
    }

    @Test
    void reportsNothingIfAStopCutsItOff() {
        host.store.seal(true);
        Bundle bundle = host.ca.bundle(shop, "shop");
        Thread.currentThread().interrupt();

        assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                .isThrownBy(() -> deployments.onIssued(fact(bundle, TestHost.NAME), Context.root()));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(published).isEmpty();
    }

    @Test
    void reportsASecretThatIsNotABundle() {
        host.store.createOnly(SecretPath.hostCopy(TestHost.NAME, shop), Map.of("privateKey", "x"));

        deployments.onIssued(fact(host.ca.bundle(shop, "shop"), TestHost.NAME), Context.root());

        assertThat(reports()).singleElement().isInstanceOfSatisfying(DeploymentFailed.class, failed -> assertThat(
                        failed.problem().code())
                .isEqualTo(ErrorCode.BUNDLE_REJECTED));
    }

    @Test
    void reportsARollback() throws IOException {
        Bundle old = host.issued(shop, "shop");
        deployments.onIssued(fact(old, TestHost.NAME), Context.root());
        host.server.set("fail-test", "");

        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());

        assertThat(reports().getLast()).isInstanceOfSatisfying(DeploymentRolledBack.class, back -> {
            assertThat(back.servedFingerprint()).isEqualTo(old.fingerprint());
            assertThat(back.problem().evidence().orElse("")).contains("broken on purpose");
        });
    }

    @Test
    void retriesUntilKafkaHasTheReport() {
        refusals.set(2);

        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());

        assertThat(published).hasSize(1);
        assertThat(refusals).hasValue(0);
    }

    @Test
    void detectsAMissedFact() {
        Bundle bundle = host.issued(shop, "shop");

        assertThat(reconciliation(deployments).once()).isTrue();

        assertThat(host.serves(bundle)).isTrue();
        assertThat(reports()).singleElement().isInstanceOf(CertificateDeployed.class);
    }

    @Test
    void detectsAnInstalledCertificateThatIsNotServed() throws IOException {
        Bundle bundle = host.issued(shop, "shop");
        host.deployer().deploy(host.issued(shop, "shop"));
        host.store(bundle);
        host.server.set("stubborn", "");
        host.deployer().deploy(bundle);
        host.server.unset("stubborn");

        reconciliation(deployments).once();

        assertThat(host.serves(bundle)).isTrue();
    }

    @Test
    void reportsAnUnchangedCertificateOncePerStart() {
        host.deployer().deploy(host.issued(shop, "shop"));
        Reconciliation reconciliation = reconciliation(deployments);

        reconciliation.once();
        reconciliation.once();

        assertThat(reports()).singleElement().isInstanceOf(CertificateDeployed.class);
    }

    @Test
    void survivesASealedStore() {
        host.store.seal(true);

        assertThat(reconciliation(deployments).once()).isFalse();
    }

    @Test
    void repeatsARefusedCertificateAfterGrowingIntervals() throws IOException {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));
        int before = host.server.reloads();

        for (int i = 0; i < 36; i++) {
            clock.ahead(Duration.ofMinutes(5).multipliedBy(i));
            reconciliation.once();
        }

        assertThat(reports().stream().filter(DeploymentRolledBack.class::isInstance))
                .as("reports in three hours: after 0, 5, 15, 35, 75 and 155 minutes")
                .hasSize(6);
        assertThat(host.server.reloads() - before).as("two for each attempt").isEqualTo(12);
    }

    /** There is no previous certificate to go back to, so that nothing is served: the longest interval is an hour. */
    @Test
    void repeatsAFirstCertificateThatIsNotServedAfterGrowingIntervals() throws IOException {
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));

        for (int i = 0; i < 48; i++) {
            clock.ahead(Duration.ofMinutes(5).multipliedBy(i));
            reconciliation.once();
        }

        assertThat(reports())
                .as("reports in four hours: after 0, 5, 15, 35, 75, 135 and 195 minutes")
                .hasSize(7)
                .hasOnlyElementsOfType(DeploymentFailed.class);
    }

    @Test
    void deploysTheNextCertificateAtOnceAfterARefusedOne() throws IOException {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        Reconciliation reconciliation = reconciliation(deployments);
        reconciliation.once();
        host.server.unset("stubborn");
        Bundle next = host.issued(shop, "shop");

        reconciliation.once();

        assertThat(host.serves(next)).isTrue();
    }

    @Test
    void reportsTheTimeOfTheNextAttempt() throws IOException {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        host.server.set("stubborn", "");
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));

        reconciliation.once();
        clock.ahead(Duration.ofMinutes(5));
        Instant second = clock.instant();
        reconciliation.once();

        assertThat(reports().getLast()).isInstanceOfSatisfying(DeploymentRolledBack.class, back -> assertThat(
                        back.problem().nextAttemptAt().orElseThrow())
                .isBetween(second.plus(Duration.ofMinutes(9)), second.plus(Duration.ofMinutes(11))));
    }

    @Test
    void reportsOnceThatACopyHasExpired() {
        host.issued(shop, "shop");
        MovedClock clock = new MovedClock();
        Reconciliation reconciliation = reconciliation(newProcess(host.bundles, Duration.ofSeconds(20), clock));
        reconciliation.once();
        clock.ahead(Duration.ofDays(91));

        reconciliation.once();
        reconciliation.once();

        assertThat(reports()).hasExactlyElementsOfTypes(CertificateDeployed.class, DeploymentFailed.class);
        assertThat(reports().getLast()).isInstanceOfSatisfying(DeploymentFailed.class, failed -> assertThat(
                        failed.problem().code())
                .isEqualTo(ErrorCode.BUNDLE_REJECTED));
    }

    @Test
    @ExpectedToFail("a failure that changes nothing on the host is reported again at each reconciliation")
    void reportsTheSameFailureOnce() {
        host.issued(shop, "Not_ours");
        Reconciliation reconciliation = reconciliation(deployments);

        reconciliation.once();
        reconciliation.once();

        assertThat(reports()).singleElement().isInstanceOf(DeploymentFailed.class);
    }

    @Test
    @ExpectedToFail("an interrupted activation is completed or rolled back only when Vault answers")
    void endsAnInterruptedActivationWhileVaultIsUnavailable() {
        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Context.root());
        Bundle renewed = host.issued(shop, "shop");
        assertThat(catchThrowable(() -> host.deployer((point, name) -> {
                            if (point == CrashPoint.LINK_SWITCHED) {
                                throw new AssertionError("crash");
                            }
                        })
                        .deploy(renewed)))
                .isNotNull();
        host.store.seal(true);

        reconciliation(newProcess(Duration.ofMillis(300))).once();

        assertThat(host.location("shop").directory().resolve("pending.conf")).doesNotExist();
    }

    @Test
    void reconcilesOtherCertificatesWhileKafkaIsUnavailable() throws Exception {
        CountDownLatch kafka = new CountDownLatch(1);
        DeploymentHandler blocked = newProcess(host.bundles, Duration.ofSeconds(20), Clock.systemUTC(), event -> {
            await(kafka);
            publish(event);
        });
        Bundle first = host.issued(shop, "shop");
        reconciliation(blocked).once();
        Bundle second = host.issued("other");
        Bundle renewed = host.issued(shop, "shop");

        reconciliation(blocked).once();

        assertThat(host.serves(renewed)).isTrue();
        assertThat(host.serves(second)).isTrue();
        kafka.countDown();
        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(reports())
                .filteredOn(CertificateDeployed.class::isInstance)
                .extracting(report -> ((CertificateDeployed) report).fingerprint())
                .containsExactlyInAnyOrder(first.fingerprint(), renewed.fingerprint(), second.fingerprint()));
    }

    @Test
    void readsACopyOnceForEachReconciliation() {
        host.issued(shop, "shop");
        ScriptedStore store = new ScriptedStore(host.store);
        Reconciliation reconciliation =
                reconciliation(newProcess(new HostBundles(store, TestHost.NAME), Duration.ofSeconds(20)));

        reconciliation.once();

        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void survivesAnErrorOfTheStore() {
        Bundle bundle = host.issued(shop, "shop");
        AtomicInteger calls = new AtomicInteger();
        HostBundles bundles = new HostBundles(
                new ScriptedStore(host.store).beforeList(folder -> {
                    if (calls.getAndIncrement() == 0) {
                        throw new StackOverflowError("on purpose");
                    }
                }),
                TestHost.NAME);
        Reconciliation reconciliation = new Reconciliation(
                bundles, deployments, host.rehearsals(bundles, this::publish), Duration.ofMinutes(5));

        assertThat(reconciliation.once()).isFalse();
        assertThat(reconciliation.once()).isTrue();

        assertThat(host.serves(bundle)).isTrue();
    }

    @Test
    void servesThePreviousCertificateUntilTheNextOneIsValid() {
        Bundle old = host.issued(shop, "shop");
        deployments.onIssued(fact(old, TestHost.NAME), Context.root());
        Instant notBefore = TestBundles.days(0).plus(Duration.ofMinutes(4));
        Bundle renewed = host.ca.bundle(
                shop,
                OrderId.next(),
                "shop",
                host.ca.leaf(List.of("shop.example.com"), notBefore, TestBundles.days(90)));
        host.store(renewed);
        MovedClock clock = new MovedClock();
        DeploymentHandler later = newProcess(host.bundles, Duration.ofSeconds(1), clock);

        assertThat(reconciliation(later).once()).isFalse();
        assertThat(host.serves(old)).isTrue();

        later.onIssued(fact(renewed, TestHost.NAME), Context.root());
        assertThat(host.serves(old)).isTrue();
        assertThat(reports().getLast()).isInstanceOfSatisfying(DeploymentFailed.class, failed -> {
            assertThat(failed.hostState()).isEqualTo(HostState.UNTOUCHED);
            assertThat(failed.problem().detail()).contains("is not valid before " + notBefore);
            assertThat(failed.problem().nextAttemptAt())
                    .hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(notBefore));
        });

        clock.ahead(Duration.ofMinutes(5));
        assertThat(reconciliation(later).once()).isTrue();
        assertThat(host.serves(renewed)).isTrue();
    }

    private Reconciliation reconciliation(DeploymentHandler on) {
        return new Reconciliation(host.bundles, on, host.rehearsals(this::publish), Duration.ofMinutes(5));
    }

    private DeploymentHandler newProcess(Duration retryTimeout) {
        return newProcess(host.bundles, retryTimeout);
    }

    private DeploymentHandler newProcess(HostBundles bundles, Duration retryTimeout) {
        return newProcess(bundles, retryTimeout, Clock.systemUTC());
    }

    private DeploymentHandler newProcess(HostBundles bundles, Duration retryTimeout, Clock clock) {
        return newProcess(bundles, retryTimeout, clock, this::publish);
    }

    private DeploymentHandler newProcess(
            HostBundles bundles, Duration retryTimeout, Clock clock, Consumer<CloudEvent> publisher) {
        return new DeploymentHandler(
                TestHost.NAME,
                bundles,
                host.deployer((point, name) -> {}, clock),
                publisher,
                host.meters,
                clock,
                retryTimeout,
                Duration.ofMinutes(5));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void publish(CloudEvent event) {
        if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("no broker");
        }
        published.add(event);
    }

    private List<Event> reports() {
        return published.stream().map(CloudEvent::data).toList();
    }

    private static CertificateIssued fact(Bundle bundle, String target) {
        return new CertificateIssued(
                bundle.certificateId(),
                bundle.orderId(),
                1,
                bundle.name(),
                List.of(Identifier.dns(bundle.name() + ".example.com")),
                List.of(target),
                bundle.serial(),
                bundle.fingerprint(),
                Instant.now(),
                bundle.notAfter(),
                List.of(bundle.chain()),
                "certificates/" + bundle.certificateId(),
                1,
                false,
                Optional.empty());
    }
}
