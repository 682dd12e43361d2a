package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Certificates of one server that are deployed at once. */
class SharedReloadTest extends DeployerSetup {
    @Test
    void sharesReloads() throws IOException {
        List<Bundle> bundles =
                IntStream.range(0, 40).mapToObj(i -> host.issued("shop" + i)).toList();

        List<DeploymentResult> outcomes =
                TestHost.together(bundles, bundle -> deployer.deploy(bundle).outcome());

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(DeploymentResult.Deployed.class));
        assertThat(bundles).allSatisfy(bundle -> assertThat(host.serves(bundle)).isTrue());
        assertThat(host.server.reloads()).isLessThanOrEqualTo(8);
        assertThat(host.meters
                        .counter("perennial_reloads_total", "server", "test")
                        .count())
                .isEqualTo(host.server.reloads());
    }

    @Test
    void letsOneBadCertificateFailAlone() throws IOException {
        List<Bundle> bundles = new ArrayList<>();
        IntStream.range(0, 6).forEach(i -> bundles.add(host.issued("shop" + i)));
        TestHost.together(bundles, bundle -> deployer.deploy(bundle).outcome());
        List<Bundle> renewed = bundles.stream()
                .map(old -> host.issued(old.certificateId(), old.name()))
                .toList();
        host.server.set("poison", renewed.get(3).serial() + "\n");

        List<DeploymentResult> outcomes =
                TestHost.together(renewed, bundle -> deployer.deploy(bundle).outcome());

        assertThat(outcomes.get(3)).isInstanceOf(DeploymentResult.RolledBack.class);
        assertThat(host.serves(bundles.get(3))).isTrue();
        for (int i : new int[] {0, 1, 2, 4, 5}) {
            assertThat(outcomes.get(i)).isInstanceOf(DeploymentResult.Deployed.class);
            assertThat(host.serves(renewed.get(i))).isTrue();
        }
    }

    @Test
    void rollsBackABatchThatTheServerIgnores() throws IOException {
        List<Bundle> bundles =
                IntStream.range(0, 4).mapToObj(i -> host.issued("shop" + i)).toList();
        TestHost.together(bundles, bundle -> deployer.deploy(bundle).outcome());
        host.server.set("stubborn", "");

        List<DeploymentResult> outcomes =
                TestHost.together(bundles, old -> deployer.deploy(host.issued(old.certificateId(), old.name()))
                        .outcome());

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(DeploymentResult.RolledBack.class));
        assertThat(bundles).allSatisfy(bundle -> assertThat(host.serves(bundle)).isTrue());
    }
}
