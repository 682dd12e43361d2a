package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.events.CertificateId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junitpioneer.jupiter.cartesian.CartesianTest;

/** The crash tests with a real process that is killed: the kernel releases its lock, and no code cleans up. */
class KilledAgentIT {
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
    void leavesACompletePairAndItsSuccessorCompletesTheDeployment(
            @CartesianTest.Enum FileKind kind,
            @CartesianTest.Enum(mode = CartesianTest.Enum.Mode.EXCLUDE, names = "RESTORED") CrashPoint death)
            throws Exception {
        start(kind);
        Bundle renewed = host.issued(shop, "shop");

        int exit = KillableAgent.run(folder.resolve("agent.yaml"), renewed, folder, death, false);

        assertThat(exit).as(folder.resolve("mortal.log").toString()).isEqualTo(KillableAgent.HALTED);
        assertThat(host.serves(old) || host.serves(renewed)).isTrue();
        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(host.serves(renewed)).isTrue();
        assertThat(host.location("shop").directory().resolve("pending")).doesNotExist();
    }

    @CartesianTest
    void survivesAKillDuringTheRollback(
            @CartesianTest.Enum FileKind kind,
            @CartesianTest.Enum(names = {"RESTORED", "VALIDATED", "APPLIED"}) CrashPoint death)
            throws Exception {
        start(kind);
        Bundle renewed = host.issued(shop, "shop");
        host.server.set("stubborn", "");

        int exit = KillableAgent.run(folder.resolve("agent.yaml"), renewed, folder, death, true);

        assertThat(exit).isEqualTo(KillableAgent.HALTED);
        assertThat(host.serves(old)).isTrue();
        host.server.unset("stubborn");
        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(host.serves(renewed)).isTrue();
    }
}
