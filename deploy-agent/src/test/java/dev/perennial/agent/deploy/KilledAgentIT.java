package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.events.CertificateId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The crash tests with a real process that is killed: the kernel releases its lock, and no code cleans up. */
class KilledAgentIT {
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
    void leavesACompletePairAndItsSuccessorCompletesTheDeployment(CrashPoint death) throws Exception {
        Bundle renewed = host.issued(shop, "shop");

        int exit = KillableAgent.run(folder.resolve("agent.yaml"), renewed, folder, death);

        assertThat(exit).as(folder.resolve("mortal.log").toString()).isEqualTo(KillableAgent.HALTED);
        assertThat(host.serves(old) || host.serves(renewed)).isTrue();
        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(host.serves(renewed)).isTrue();
        assertThat(host.location("shop").directory().resolve("pending")).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource(names = {"RESTORED"})
    void survivesAKillDuringTheRollback(CrashPoint death) throws Exception {
        Bundle renewed = host.issued(shop, "shop");
        host.server.set("fail-test", "");

        int exit = KillableAgent.run(folder.resolve("agent.yaml"), renewed, folder, death);

        assertThat(exit).isEqualTo(KillableAgent.HALTED);
        assertThat(host.serves(old)).isTrue();
        host.server.unset("fail-test");
        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(host.serves(renewed)).isTrue();
    }
}
