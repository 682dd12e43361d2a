package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.target.CrashPoint;
import dev.perennial.agent.target.CrashPoints;
import dev.perennial.agent.target.includefile.IncludeFileLocation;
import dev.perennial.agent.target.includefile.IncludeSyntax;
import dev.perennial.events.CertificateId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A process that dies at a waypoint leaves the old or the new certificate whole, and its successor finishes the job. */
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
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "INCLUDE_RESTORED")
    void aRestartFinishesADeployment(CrashPoint death) throws IOException {
        Bundle renewed = host.issued(shop, "shop");

        Throwable died = catchThrowable(() -> host.deployer(dieAt(death)).deploy(renewed));

        assertThat(died)
                .satisfiesAnyOf(
                        directly -> assertThat(directly).isInstanceOf(Died.class),
                        inTheBatch -> assertThat(inTheBatch).hasRootCauseInstanceOf(Died.class));
        assertThatOneWholePairIsInstalled(renewed);
        assertThat(host.serves(old) || host.serves(renewed)).isTrue();

        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);

        assertThat(host.serves(renewed)).isTrue();
        assertThatNothingIsLeftOver();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"INCLUDE_RESTORED", "COMMITTED"})
    void aRestartStillKnowsTheWayBack(CrashPoint death) throws IOException {
        Bundle renewed = host.issued(shop, "shop");
        assertThat(catchThrowable(() -> host.deployer(dieAt(death)).deploy(renewed)))
                .isNotNull();
        // Whatever the dead one did, the server has the old configuration and does not want the new one any more.
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
    @EnumSource(names = {"INCLUDE_RESTORED", "TESTED", "RELOADED"})
    void aRestartFinishesARollBack(CrashPoint death) throws IOException {
        Bundle renewed = host.issued(shop, "shop");
        host.server.set("stubborn", "");
        CrashPoints secondTime = new CrashPoints() {
            private boolean restored;

            @Override
            public void passed(CrashPoint waypoint, IncludeFileLocation site) {
                restored |= waypoint == CrashPoint.INCLUDE_RESTORED;
                if (restored && waypoint == death) {
                    throw new Died();
                }
            }
        };
        assertThat(catchThrowable(() -> host.deployer(secondTime).deploy(renewed)))
                .hasRootCauseInstanceOf(Died.class);
        assertThatOneWholePairIsInstalled(old);
        host.server.unset("stubborn");

        assertThat(host.deployer().deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);

        assertThat(host.serves(renewed)).isTrue();
        assertThatNothingIsLeftOver();
    }

    private void assertThatOneWholePairIsInstalled(Bundle renewed) throws IOException {
        String include = Files.readString(host.site("shop").include());
        Path chain = IncludeSyntax.NGINX.chainFile(include).orElseThrow();
        String leaf = Pem.fingerprint(Pem.certificates(Files.readString(chain)).getFirst());
        assertThat(leaf).isIn(old.fingerprint(), renewed.fingerprint());
        String key = leaf.equals(old.fingerprint()) ? old.privateKey() : renewed.privateKey();
        assertThat(chain.resolveSibling("privkey.pem")).hasContent(key);
    }

    private void assertThatNothingIsLeftOver() throws IOException {
        Path directory = host.site("shop").directory();
        assertThat(directory.resolve("pending.conf")).doesNotExist();
        assertThat(host.site("shop").include())
                .content()
                .contains(host.live("shop").toString());
        try (var generations = Files.list(directory.resolve("generations"))) {
            assertThat(generations)
                    .noneMatch(path -> path.getFileName().toString().startsWith("."));
        }
    }

    private static CrashPoints dieAt(CrashPoint death) {
        return (waypoint, site) -> {
            if (waypoint == death) {
                throw new Died();
            }
        };
    }

    /** Not an exception, so that nobody takes it for a failure to be handled. */
    private static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }
}
