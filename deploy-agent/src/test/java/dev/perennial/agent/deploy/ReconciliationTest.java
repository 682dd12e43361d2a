package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.MovedClock;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junitpioneer.jupiter.ExpectedToFail;

class ReconciliationTest extends DeploymentHandlerSetup {
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

        assertThat(host.location("shop").directory().resolve("pending")).doesNotExist();
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

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
