package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.junitpioneer.jupiter.ExpectedToFail;

/** The server or its configuration refuses the new certificate. */
class RollbackTest extends DeployerSetup {
    @ParameterizedTest
    @CsvSource({
        "fail-test, CONFIG_TEST_FAILED, broken on purpose",
        "fail-reload, RELOAD_FAILED, will not",
        "stubborn, HANDSHAKE_MISMATCH, was served over"
    })
    void rollsBackToThePreviousCertificate(String flaw, ErrorCode code, String evidence) throws IOException {
        Bundle old = host.issued(shop, "shop");
        deployer.deploy(old);
        Path liveBefore = host.live("shop");
        host.server.set(flaw, "");

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> {
            assertThat(back.servedFingerprint()).isEqualTo(old.fingerprint());
            assertThat(back.problem().code()).isEqualTo(code);
            assertThat(back.problem().evidence().orElse("")).contains(evidence);
        });
        assertThat(host.serves(old)).isTrue();
        assertThat(host.live("shop")).isEqualTo(liveBefore);
        assertThat(host.location("shop").file()).content().contains(liveBefore.toString());
        assertThat(host.location("shop").directory().resolve("pending")).doesNotExist();
    }

    @Test
    void deploysAfterARollbackWhenTheServerWorksAgain() throws IOException {
        deployer.deploy(host.issued(shop, "shop"));
        host.server.set("fail-test", "");
        Bundle next = host.issued(shop, "shop");
        deployer.deploy(next);
        host.server.unset("fail-test");

        assertThat(deployer.deploy(next).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        assertThat(host.serves(next)).isTrue();
    }

    @Test
    void rollsBackToTheCertificateOfAnAdministrator() throws IOException {
        Bundle byHand = host.ca.bundle(shop, "shop");
        Path chain = Files.writeString(folder.resolve("by-hand.pem"), byHand.chain());
        Path key = Files.writeString(folder.resolve("by-hand.key"), byHand.privateKey());
        String include = "ssl_certificate " + chain + ";\nssl_certificate_key " + key + ";\n";
        Files.writeString(host.location("shop").file(), include);
        host.server.set("poison", "generations");

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome)
                .isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> assertThat(back.servedFingerprint())
                        .isEqualTo(byHand.fingerprint()));
        assertThat(host.location("shop").file()).hasContent(include);
    }

    @Test
    void reportsUnprovenIfNothingWasInstalledBefore() throws IOException {
        host.server.set("stubborn", "");

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.Unproven.class, unproven -> assertThat(
                        unproven.problem().detail())
                .contains("no certificate was installed before"));
        assertThat(host.location("shop").file())
                .as("a server does not start without it")
                .content()
                .contains("/generations/placeholder/");
        assertThat(folder.resolve("certificates/live/shop")).doesNotExist();
    }

    @Test
    void reportsUnprovenIfTheServerIsDown() throws IOException {
        deployer.deploy(host.issued(shop, "shop"));
        host.server.close();

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.Unproven.class, unproven -> assertThat(
                        unproven.problem().detail())
                .contains("after the rollback, ", "no handshake"));
    }

    @Test
    void rollsBackByOneGenerationIfTheLinkOfTheOneBeforeFailed() throws IOException {
        deployer.deploy(host.issued(shop, "shop"));
        Bundle second = host.issued(shop, "shop");
        Obstacle obstacle = new Obstacle(CrashPoint.VERIFIED);
        host.deployer(obstacle).deploy(second);
        obstacle.remove();
        host.server.set("fail-test", "");

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome)
                .isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> assertThat(back.servedFingerprint())
                        .isEqualTo(second.fingerprint()));
    }

    @Test
    void reloadsAfterARollbackIfTheLinkCannotBeChanged() throws IOException {
        Bundle old = host.issued(shop, "shop");
        deployer.deploy(old);
        host.server.set("fail-after-reload", "");
        Deployer obstructed = host.deployer(new Obstacle(CrashPoint.RESTORED));

        DeploymentResult outcome = obstructed.deploy(host.issued(shop, "shop")).outcome();

        assertThat(host.serves(old)).isTrue();
        assertThat(outcome).isInstanceOf(DeploymentResult.RolledBack.class);
    }

    @Test
    @ExpectedToFail("a rollback does not examine whether the restored certificate is still valid")
    void reportsThatTheRestoredCertificateHasExpired() throws IOException {
        Bundle expired = host.ca.bundle(
                shop,
                OrderId.next(),
                "shop",
                host.ca.leaf(List.of("shop.example.com"), TestBundles.days(-90), TestBundles.days(-1)));
        installByHand(expired, "ssl_certificate %s;\nssl_certificate_key %s;\n");
        host.server.set("poison", "generations");

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> assertThat(
                        back.problem().detail())
                .contains("expired"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ssl_certificate %s; # managed by X\nssl_certificate_key %s;\n",
                "ssl_certificate\t%s;\nssl_certificate_key\t%s;\n",
                "# ssl_certificate /old.pem;\nssl_certificate %s;\nssl_certificate_key %s;\n"
            })
    void rollsBackToAnIncludeOfAnyLayout(String layout) throws IOException {
        Bundle byHand = host.ca.bundle(shop, "shop");
        installByHand(byHand, layout);

        assertThatItRollsBackTo(byHand);
    }

    @Test
    void rollsBackToAnIncludeWithARelativePath() throws IOException {
        Bundle byHand = host.ca.bundle(shop, "shop");
        installByHand(byHand, "ssl_certificate %s;\nssl_certificate_key %s;\n");
        // Relative to the folder of nginx.conf, which contains the folder of the include files.
        Files.writeString(
                host.location("shop").file(), "ssl_certificate ../by-hand.pem;\nssl_certificate_key ../by-hand.key;\n");

        assertThatItRollsBackTo(byHand);
    }

    @Test
    void rollsBackToAChainFileWithComments() throws IOException {
        Bundle byHand = host.ca.bundle(shop, "shop");
        Path chain = Files.writeString(folder.resolve("commented.pem"), "subject=CN = shop\n" + byHand.chain());
        installByHand(byHand, "ssl_certificate " + chain + "; # %s\nssl_certificate_key %s;\n");

        assertThatItRollsBackTo(byHand);
    }

    /** @param layout of the include file, with the path of the chain and of the key */
    private void installByHand(Bundle bundle, String layout) throws IOException {
        Path chain = Files.writeString(folder.resolve("by-hand.pem"), bundle.chain());
        Path key = Files.writeString(folder.resolve("by-hand.key"), bundle.privateKey());
        Path standard = Files.writeString(
                folder.resolve("standard.conf"), "ssl_certificate " + chain + ";\nssl_certificate_key " + key + ";\n");
        Files.writeString(host.location("shop").file(), layout.formatted(chain, key));
        host.server.load("shop", standard);
        assertThat(host.serves(bundle)).isTrue();
    }

    private void assertThatItRollsBackTo(Bundle byHand) throws IOException {
        String include = Files.readString(host.location("shop").file());
        host.server.set("stubborn", "");

        DeploymentResult outcome = deployer.deploy(host.issued(shop, "shop")).outcome();

        assertThat(outcome)
                .isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> assertThat(back.servedFingerprint())
                        .isEqualTo(byHand.fingerprint()));
        assertThat(host.location("shop").file()).hasContent(include);
    }

    /** From a crash point on, the link to the current generation cannot be replaced. */
    private final class Obstacle implements CrashPoints {
        private final CrashPoint from;
        private final Path inTheWay = folder.resolve("certificates/live/.shop.new/x");

        Obstacle(CrashPoint from) {
            this.from = from;
        }

        @Override
        public void passed(CrashPoint point, String certificateName) {
            if (point == from) {
                assertThatCode(() -> Files.createDirectories(inTheWay)).doesNotThrowAnyException();
            }
        }

        void remove() throws IOException {
            Files.delete(inTheWay);
            Files.delete(inTheWay.getParent());
        }
    }
}
