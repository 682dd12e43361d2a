package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Verification;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A certificate with a target on each of two servers, and two targets on one of them. */
class SeveralTargetsTest {
    private final CertificateId shop = CertificateId.next();
    private final TestBundles ca = new TestBundles();
    private final List<Deployer> deployers = new ArrayList<>();

    @TempDir
    Path folder;

    private ReloadingTlsServer first;
    private ReloadingTlsServer second;
    private HostFile file;
    private Deployer deployer;

    @BeforeEach
    void start() throws Exception {
        first = new ReloadingTlsServer(Files.createDirectories(folder.resolve("first")));
        second = new ReloadingTlsServer(Files.createDirectories(folder.resolve("second")));
        file = HostFile.read(Files.writeString(
                folder.resolve("agent.yaml"),
                "host: web-1\nservers:\n" + server("first", first) + server("second", second) + "certificates:\n"
                        + entry("first", first, "{name}") + entry("second", second, "{name}")
                        + entry("second", second, "copies/{name}")));
        deployer = deployer((point, name) -> {});
    }

    @AfterEach
    void stop() throws IOException {
        deployers.forEach(Deployer::close);
        first.close();
        second.close();
    }

    @Test
    void deploysToAllWithOneReloadPerServer() throws IOException {
        Bundle bundle = ca.bundle(shop, "shop");

        DeploymentResult outcome = deployer.deploy(bundle).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.Deployed.class, deployed -> assertThat(
                        deployed.proof().proofs())
                .hasSize(3));
        assertThat(serves(first, bundle) && serves(second, bundle)).isTrue();
        assertThat(first.includes().resolve("shop.conf")).exists();
        assertThat(second.includes().resolve("shop.conf")).exists();
        assertThat(second.includes().resolve("copies/shop.conf")).exists();
        assertThat(first.reloads()).isEqualTo(1);
        assertThat(second.reloads()).isEqualTo(1);
    }

    @Test
    void keepsTheProvenTargetsIfOneFails() throws IOException {
        Bundle old = ca.bundle(shop, "shop");
        deployer.deploy(old);
        Bundle renewed = ca.bundle(shop, "shop");
        first.set("fail-test", "");

        DeploymentResult outcome = deployer.deploy(renewed).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> {
            assertThat(back.servedFingerprint()).isEqualTo(old.fingerprint());
            assertThat(back.problem().code()).isEqualTo(ErrorCode.CONFIG_TEST_FAILED);
            assertThat(back.problem().detail())
                    .startsWith(
                            "1 of 3 targets failed: 'first " + first.includes().resolve("shop.conf") + "': ")
                    .endsWith("; the certificate is served by 'second "
                            + second.includes().resolve("shop.conf") + "', 'second "
                            + second.includes().resolve("copies/shop.conf") + "'");
        });
        assertThat(serves(first, old) && serves(second, renewed)).isTrue();
    }

    @Test
    void repeatsOnlyTheTargetThatFailed() throws IOException {
        Bundle bundle = ca.bundle(shop, "shop");
        first.set("fail-test", "");
        deployer.deploy(bundle);
        first.unset("fail-test");

        Deployer.Done done = deployer.deploy(bundle);

        assertThat(done.outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(done.changed()).isTrue();
        assertThat(serves(first, bundle)).isTrue();
        assertThat(second.reloads()).isEqualTo(1);
    }

    @Test
    void reportsTheWorstStateAndEveryTargetThatFailed() throws IOException {
        deployer.deploy(ca.bundle(shop, "shop"));
        first.set("fail-test", "");
        second.close();

        DeploymentResult outcome = deployer.deploy(ca.bundle(shop, "shop")).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.Unproven.class, unproven -> assertThat(
                        unproven.problem().detail())
                .startsWith("3 of 3 targets failed: 'first ")
                .contains("; 'second ")
                .doesNotContain("is served by"));
    }

    @Test
    void completesEachTargetAfterACrash() throws IOException {
        Bundle renewed = ca.bundle(shop, "shop");
        deployer.deploy(ca.bundle(shop, "shop"));
        Deployer crashing = deployer((point, name) -> {
            if (point == CrashPoint.ACTIVATED) {
                throw new IllegalStateException("crash");
            }
        });
        assertThat(catchThrowable(() -> crashing.deploy(renewed))).hasRootCauseMessage("crash");

        DeploymentResult outcome = deployer.deploy(renewed).outcome();

        assertThat(outcome).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(serves(first, renewed) && serves(second, renewed)).isTrue();
        for (String target : List.of("first/x", "second/x", "second/copies/x")) {
            assertThat(folder.resolve("targets").resolve(target).resolve("shop"))
                    .isDirectoryContaining("glob:**/previous")
                    .isDirectoryNotContaining("glob:**/pending");
        }
    }

    @Test
    void aDryRunTriesAll() throws IOException {
        first.set("fail-test", "");
        second.set("fail-test", "");

        assertThat(deployer.dryRun(ca.bundle(shop, "shop"))).hasValueSatisfying(problem -> assertThat(problem.detail())
                .startsWith("3 of 3 targets would fail: 'first ")
                .contains("; 'second "));
    }

    private Deployer deployer(CrashPoints crashPoints) {
        Deployer created = new Deployer(
                file,
                new HostBundles(new InMemorySecretStore(), "web-1"),
                Duration.ofMillis(300),
                Clock.systemUTC(),
                crashPoints,
                new SimpleMeterRegistry());
        deployers.add(created);
        return created;
    }

    private static boolean serves(ReloadingTlsServer server, Bundle bundle) {
        return new ServedCertificateCheck()
                        .prove(
                                List.of(Verification.tls("127.0.0.1", server.port(), new Verification.Names.First())),
                                ExpectedCertificate.of(Pem.certificates(bundle.chain())),
                                Context.root())
                instanceof ProofResult.Proven;
    }

    private static String server(String name, ReloadingTlsServer server) {
        return """
                  %s:
                    test: [%s]
                    reload: [%s]
                    settle: 600ms
                """.formatted(name, server.command("test"), server.command("reload"));
    }

    private String entry(String name, ReloadingTlsServer server, String include) {
        return """
                  - match: "*"
                    server: %1$s
                    directory: %2$s/targets/%1$s/%3$s/{name}
                    include: %4$s/%5$s.conf
                    verify: [{address: 127.0.0.1, port: %6$d}]
                """.formatted(name, folder, include.replace("{name}", "x"), server.includes(), include, server.port());
    }
}
