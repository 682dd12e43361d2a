package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.includefile.IncludeSyntax;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Sha256;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that is cut off at a crash point leaves a complete pair, old or new, and its successor completes the
 * deployment.
 */
class CrashTest {
    private final CertificateId shop = CertificateId.next();

    @TempDir
    Path folder;

    private TestHost host;
    private Bundle old;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(folder);
        old = host.issued(shop, "shop");
        assertThat(host.deployer().deploy(old).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RESTORED")
    void aRestartCompletesADeployment(CrashPoint crashPoint) throws IOException {
        Bundle renewed = host.issued(shop, "shop");

        Throwable crash =
                catchThrowable(() -> host.deployer(crashAt(crashPoint)).deploy(renewed));

        assertThat(crash)
                .satisfiesAnyOf(
                        directly -> assertThat(directly).isInstanceOf(Crash.class),
                        inTheBatch -> assertThat(inTheBatch).hasRootCauseInstanceOf(Crash.class));
        assertThatACompletePairIsInstalled(renewed);
        assertThat(host.serves(old) || host.serves(renewed)).isTrue();

        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);

        assertThat(host.serves(renewed)).isTrue();
        assertThatNothingIsLeftOver();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"RESTORED", "COMMITTED"})
    void aRestartCanStillRollBack(CrashPoint crashPoint) throws IOException {
        Bundle renewed = host.issued(shop, "shop");
        assertThat(catchThrowable(() -> host.deployer(crashAt(crashPoint)).deploy(renewed)))
                .isNotNull();
        // The server may already serve the new certificate; from now on it rejects a configuration with it.
        host.server.set("poison", renewed.serial());
        boolean servedNew = host.serves(renewed);

        DeploymentResult outcome = host.deployer().deploy(renewed).outcome();

        if (servedNew) {
            assertThat(outcome).isInstanceOf(DeploymentResult.Deployed.class);
        } else {
            assertThat(outcome).isInstanceOf(DeploymentResult.RolledBack.class);
            assertThat(host.serves(old)).isTrue();
        }
        assertThatNothingIsLeftOver();
    }

    @ParameterizedTest
    @EnumSource(names = {"RESTORED", "VALIDATED", "APPLIED"})
    void aRestartCompletesARollback(CrashPoint crashPoint) throws IOException {
        Bundle renewed = host.issued(shop, "shop");
        host.server.set("stubborn", "");
        CrashPoints secondTime = new CrashPoints() {
            private boolean restored;

            @Override
            public void passed(CrashPoint point, String certificateName) {
                restored |= point == CrashPoint.RESTORED;
                if (restored && point == crashPoint) {
                    throw new Crash();
                }
            }
        };
        assertThat(catchThrowable(() -> host.deployer(secondTime).deploy(renewed)))
                .hasRootCauseInstanceOf(Crash.class);
        assertThatACompletePairIsInstalled(old);
        host.server.unset("stubborn");

        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);

        assertThat(host.serves(renewed)).isTrue();
        assertThatNothingIsLeftOver();
    }

    private void assertThatACompletePairIsInstalled(Bundle renewed) throws IOException {
        String include = Files.readString(host.location("shop").file());
        Path chain = IncludeSyntax.NGINX.chainFile(include).orElseThrow();
        String leaf =
                Sha256.fingerprint(Pem.certificates(Files.readString(chain)).getFirst());
        assertThat(leaf).isIn(old.fingerprint(), renewed.fingerprint());
        String key = leaf.equals(old.fingerprint()) ? old.privateKey() : renewed.privateKey();
        assertThat(chain.resolveSibling("privkey.pem")).hasContent(key);
    }

    private void assertThatNothingIsLeftOver() throws IOException {
        Path directory = host.location("shop").directory();
        assertThat(directory.resolve("pending")).doesNotExist();
        assertThat(host.location("shop").file())
                .content()
                .contains(host.live("shop").toString());
        try (var generations = Files.list(directory.resolve("generations"))) {
            assertThat(generations)
                    .noneMatch(path -> path.getFileName().toString().startsWith("."));
        }
    }

    private static CrashPoints crashAt(CrashPoint crashPoint) {
        return (point, certificateName) -> {
            if (point == crashPoint) {
                throw new Crash();
            }
        };
    }

    /** An error, because the agent handles exceptions as failures of the deployment. */
    private static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }
}
