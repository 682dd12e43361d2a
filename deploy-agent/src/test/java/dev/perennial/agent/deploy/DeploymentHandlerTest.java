package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentFailed.HostState;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.SecretPath;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeploymentHandlerTest extends DeploymentHandlerSetup {
    @Test
    void reportsADeployment() {
        Bundle bundle = host.issued(shop, "shop");

        deployments.onIssued(fact(bundle, TestHost.NAME), Context.root());

        assertThat(reports()).singleElement().isInstanceOfSatisfying(CertificateDeployed.class, deployed -> {
            assertThat(deployed.orderId()).isEqualTo(bundle.orderId());
            assertThat(deployed.fingerprint()).isEqualTo(bundle.fingerprint());
            assertThat(deployed.host()).isEqualTo(TestHost.NAME);
            assertThat(deployed.endpoint()).isEqualTo("127.0.0.1:" + host.server.port());
            assertThat(deployed.proofs())
                    .containsExactly(new CertificateDeployed.Proof(
                            deployed.endpoint(),
                            "tls",
                            deployed.serverName(),
                            deployed.tlsProtocol(),
                            1,
                            Optional.of("SAMPLED")));
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
    void reportsOnBehalfOfTheInitiatorOfTheFact() {
        Initiator requester = new Initiator("user:alice@corp");

        deployments.onIssued(fact(host.issued(shop, "shop"), TestHost.NAME), Initiators.in(Context.root(), requester));
        host.issued(shop, "shop");
        deployments.reconcile(shop);

        assertThat(published)
                .extracting(event -> event.initiator().orElseThrow().id())
                .as("the reconciliation follows from no request")
                .containsExactly("user:alice@corp", "/perennial/deploy-agent/" + TestHost.NAME);
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
}
