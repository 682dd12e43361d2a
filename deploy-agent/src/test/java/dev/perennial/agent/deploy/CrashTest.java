package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.onefile.OneFileLocation;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Sha256;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junitpioneer.jupiter.cartesian.CartesianTest;

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

    private void start(FileKind kind) throws Exception {
        host = new TestHost(folder, kind);
        old = host.issued(shop, "shop");
        assertThat(host.deployer().deploy(old).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @CartesianTest
    void aRestartCompletesADeployment(
            @CartesianTest.Enum FileKind kind,
            @CartesianTest.Enum(mode = CartesianTest.Enum.Mode.EXCLUDE, names = "RESTORED") CrashPoint crashPoint)
            throws Exception {
        start(kind);
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

    @CartesianTest
    void aRestartCanStillRollBack(
            @CartesianTest.Enum FileKind kind,
            @CartesianTest.Enum(
                            mode = CartesianTest.Enum.Mode.EXCLUDE,
                            names = {"RESTORED", "COMMITTED"})
                    CrashPoint crashPoint)
            throws Exception {
        start(kind);
        Bundle renewed = host.issued(shop, "shop");
        assertThat(catchThrowable(() -> host.deployer(crashAt(crashPoint)).deploy(renewed)))
                .isNotNull();
        // The server may already serve the new certificate; from now on it rejects a configuration with it.
        host.server.set(kind == FileKind.INCLUDE ? "poison" : "fail-test", renewed.serial());
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

    @CartesianTest
    void aRestartCompletesARollback(
            @CartesianTest.Enum FileKind kind,
            @CartesianTest.Enum(names = {"RESTORED", "VALIDATED", "APPLIED"}) CrashPoint crashPoint)
            throws Exception {
        start(kind);
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
        Path generation = activeGeneration();
        String leaf = Sha256.fingerprint(Pem.certificates(Files.readString(generation.resolve("fullchain.pem")))
                .getFirst());
        assertThat(leaf).isIn(old.fingerprint(), renewed.fingerprint());
        String key = leaf.equals(old.fingerprint()) ? old.privateKey() : renewed.privateKey();
        assertThat(generation.resolve("privkey.pem")).hasContent(key);
    }

    private Path activeGeneration() throws IOException {
        OneFileLocation location = host.location("shop");
        byte[] content = Files.readAllBytes(location.file());
        try (Stream<Path> generations = Files.list(location.directory().resolve("generations"))) {
            for (Path generation : generations.toList()) {
                if (location.content().isOf(content, generation)) {
                    return generation;
                }
            }
        }
        throw new AssertionError("the file is of no generation");
    }

    private void assertThatNothingIsLeftOver() throws IOException {
        OneFileLocation location = host.location("shop");
        assertThat(location.directory().resolve("pending")).doesNotExist();
        assertThat(activeGeneration()).isEqualTo(host.live("shop"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(location.file())))
                .isEqualTo(location.content().secret() ? "rw-------" : "rw-r--r--");
        try (var generations = Files.list(location.directory().resolve("generations"))) {
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
