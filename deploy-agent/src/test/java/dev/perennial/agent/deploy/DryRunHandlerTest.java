package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Event;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.SecretPath;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunHandlerTest {
    private final List<CloudEvent> published = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private TestHost host;
    private DryRunHandler rehearsals;
    private Bundle rehearsed;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(folder);
        rehearsals = host.rehearsals(published::add);
        rehearsed = host.ca.bundle(CertificateId.next(), "shop");
        host.storeRehearsal(rehearsed);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void reportsThatTheDryRunPassed() {
        rehearsals.onIssued(fact(TestHost.NAME), Context.root());

        assertThat(reports())
                .containsExactly(new CertificateRehearsed(
                        rehearsed.certificateId(),
                        rehearsed.orderId(),
                        "shop",
                        TestHost.NAME,
                        rehearsed.fingerprint()));
    }

    @Test
    void reportsTheProblemOfADeployment() throws IOException {
        host.server.set("fail-test", "");

        rehearsals.onIssued(fact(TestHost.NAME), Context.root());

        assertThat(reports()).singleElement().isInstanceOfSatisfying(DeploymentFailed.class, failed -> {
            assertThat(failed.orderId()).isEqualTo(rehearsed.orderId());
            assertThat(failed.hostState()).isEqualTo(DeploymentFailed.HostState.UNTOUCHED);
            assertThat(failed.problem().code()).isEqualTo(ErrorCode.CONFIG_TEST_FAILED);
            assertThat(failed.problem().nextAttemptAt()).isPresent();
        });
    }

    @Test
    void retriesOnTheTimerUntilItPasses() throws IOException {
        host.server.set("fail-test", "");
        rehearsals.onIssued(fact(TestHost.NAME), Context.root());
        host.server.unset("fail-test");

        reconciliation().once();
        reconciliation().once();

        assertThat(reports()).hasExactlyElementsOfTypes(DeploymentFailed.class, CertificateRehearsed.class);
    }

    @Test
    void isNeverInstalledByTheReconciliation() throws IOException {
        reconciliation().once();

        assertThat(host.server.reloads()).isZero();
        assertThat(host.server.includes()).isEmptyDirectory();
        assertThat(folder.resolve("certificates")).doesNotExist();
        assertThat(reports()).hasExactlyElementsOfTypes(CertificateRehearsed.class);
    }

    @Test
    void reconcilesLiveCertificatesIfItMayNotListRehearsals() {
        Bundle live = host.issued("blog");
        HostBundles bundles = new HostBundles(
                new ScriptedStore(host.store).beforeList(folder -> {
                    if (folder.equals(SecretPath.rehearsalFolder(TestHost.NAME))) {
                        throw new RetryLater(Problem.of(ErrorCode.VAULT_UNAVAILABLE, "HTTP 403"));
                    }
                }),
                TestHost.NAME);

        reconciliation(bundles).once();

        assertThat(host.serves(live)).isTrue();
    }

    @Test
    void reportsNothingAboutAFinishedRehearsal() {
        host.store.destroy(SecretPath.rehearsalCopy(TestHost.NAME, rehearsed.orderId()));

        rehearsals.onIssued(fact(TestHost.NAME), Context.root());
        reconciliation().once();

        assertThat(reports()).isEmpty();
    }

    @Test
    void ignoresRehearsalsOfOtherHosts() {
        rehearsals.onIssued(fact("web-2"), Context.root());

        assertThat(reports()).isEmpty();
    }

    private Reconciliation reconciliation() {
        return reconciliation(host.bundles);
    }

    private Reconciliation reconciliation(HostBundles bundles) {
        DryRunHandler tried = bundles == host.bundles ? rehearsals : host.rehearsals(bundles, published::add);
        DeploymentHandler deployments = new DeploymentHandler(
                TestHost.NAME,
                bundles,
                host.deployer(),
                published::add,
                host.meters,
                Clock.systemUTC(),
                Duration.ofSeconds(5),
                Duration.ofMinutes(5));
        return new Reconciliation(bundles, deployments, tried, Duration.ofMinutes(5));
    }

    private List<Event> reports() {
        return published.stream().map(CloudEvent::data).toList();
    }

    private CertificateIssued fact(String target) {
        return new CertificateIssued(
                rehearsed.certificateId(),
                rehearsed.orderId(),
                1,
                "shop",
                List.of(Identifier.dns("shop.example.com")),
                List.of(target),
                rehearsed.serial(),
                rehearsed.fingerprint(),
                Instant.now(),
                rehearsed.notAfter(),
                List.of(rehearsed.chain()),
                "rehearsals/" + rehearsed.orderId(),
                1,
                true,
                Optional.empty());
    }
}
