package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.vault.Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DryRunTest {
    private final CertificateId shop = CertificateId.next();

    @TempDir
    Path folder;

    private TestHost host;
    private Deployer deployer;

    @BeforeEach
    void start() throws Exception {
        host = new TestHost(folder);
        deployer = host.deployer();
    }

    @AfterEach
    void stop() throws IOException {
        host.close();
    }

    @Test
    void passesOnAHostWithoutACertificate() throws IOException {
        Bundle rehearsed = host.ca.bundle(shop, "shop");

        assertThat(deployer.dryRun(rehearsed)).isEmpty();

        assertThat(folder.resolve("certificates")).doesNotExist();
        assertThat(host.server.includes()).isEmptyDirectory();
        assertThat(host.server.reloads()).isZero();
    }

    @Test
    void changesNothingThatIsLive() throws IOException {
        Bundle live = deployed();
        Map<String, String> before = liveTree();
        int reloads = host.server.reloads();

        assertThat(deployer.dryRun(host.ca.bundle(shop, "shop"))).isEmpty();

        assertThat(liveTree()).isEqualTo(before);
        assertThat(host.server.reloads()).isEqualTo(reloads);
        assertThat(host.serves(live)).isTrue();
    }

    @Test
    void changesNothingThatIsLiveIfItFails() throws IOException {
        Bundle live = deployed();
        Map<String, String> before = liveTree();
        int reloads = host.server.reloads();
        host.server.set("fail-test", "");

        Optional<Problem> problem = deployer.dryRun(host.ca.bundle(shop, "shop"));

        assertProblem(problem, ErrorCode.CONFIG_TEST_FAILED, "broken on purpose");
        assertThat(liveTree()).isEqualTo(before);
        assertThat(host.server.reloads()).isEqualTo(reloads);
        assertThat(host.serves(live)).isTrue();
    }

    @Test
    void reportsThatNoEntryMatches() {
        assertProblem(
                deployer.dryRun(host.ca.bundle(shop, "live")),
                ErrorCode.NOT_CONFIGURED_ON_HOST,
                "no entry of the host file matches");
    }

    @Test
    void reportsAnotherCertificateOfTheSameName() {
        deployed();

        assertProblem(
                deployer.dryRun(host.ca.bundle(CertificateId.next(), "shop")),
                ErrorCode.NOT_CONFIGURED_ON_HOST,
                "rename one of them");
    }

    @Test
    void checksTheBundleLikeALiveOne() {
        Bundle ofAnotherName = host.ca.bundle(shop, OrderId.next(), "shop", expired());

        assertProblem(deployer.dryRun(ofAnotherName), ErrorCode.BUNDLE_REJECTED, "expired at");
    }

    @Test
    void reportsThatTheProbeEndpointRefusesConnections() throws IOException {
        host.server.close();

        try (Socket reserved = new Socket()) {
            // Bound without listening: connections are refused, and no other socket can get the port in the meantime.
            reserved.setReuseAddress(true);
            reserved.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), host.server.port()));

            assertProblem(
                    deployer.dryRun(host.ca.bundle(shop, "shop")), ErrorCode.HANDSHAKE_MISMATCH, "no connection to");
        }
    }

    @Test
    void reportsThatTheFilesCannotBeWritten() throws IOException {
        Files.writeString(folder.resolve("certificates"), "in the way");

        assertProblem(
                deployer.dryRun(host.ca.bundle(shop, "shop")),
                ErrorCode.INSTALL_FAILED,
                folder.resolve("certificates").toString());
    }

    @Test
    void detectsAnotherProgramThatChangesTheServer() throws IOException {
        deployed();
        host.server.set("test.sh", "#!/bin/sh\nrm " + folder.resolve("server/loaded/shop.conf") + "\n");

        assertProblem(
                deployer.dryRun(host.ca.bundle(shop, "shop")), ErrorCode.HANDSHAKE_MISMATCH, "after: no handshake");
    }

    @Test
    void deletesTheFilesOfAKilledProcess() throws IOException {
        Bundle rehearsed = host.ca.bundle(shop, "shop");
        Path left = Files.createDirectories(folder.resolve(".rehearsal-" + rehearsed.orderId() + "/generations/x"));
        Files.writeString(left.resolve("privkey.pem"), "a key");

        assertThat(deployer.dryRun(rehearsed)).isEmpty();

        assertThat(folder.resolve(".rehearsal-" + rehearsed.orderId())).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void presentsKeysOfEveryKind(String algorithm) {
        TestBundles.Leaf leaf =
                host.ca.leaf(algorithm, List.of("shop.example.com"), TestBundles.days(-1), TestBundles.days(90));

        assertThat(deployer.dryRun(host.ca.bundle(shop, OrderId.next(), "shop", leaf)))
                .isEmpty();
    }

    @Test
    void allowsALiveDeploymentOfTheSameName() {
        Bundle rehearsed = host.ca.bundle(shop, "shop");
        Bundle live = host.issued(shop, "shop");

        List<Boolean> passed = TestHost.together(
                List.of(true, false),
                dry -> dry
                        ? deployer.dryRun(rehearsed).isEmpty()
                        : deployer.deploy(live).changed());

        assertThat(passed).containsOnly(true);
        assertThat(host.serves(live)).isTrue();
    }

    private TestBundles.Leaf expired() {
        return host.ca.leaf(List.of("shop.example.com"), TestBundles.days(-90), TestBundles.days(-1));
    }

    private Bundle deployed() {
        Bundle live = host.issued(shop, "shop");
        deployer.deploy(live);
        assertThat(host.serves(live)).isTrue();
        return live;
    }

    /** The include files and all files of the certificates; a dry run creates and deletes its own beside them. */
    private Map<String, String> liveTree() {
        Path certificates = folder.resolve("certificates");
        return FileSnapshot.of(
                Set.of(certificates, host.server.includes()), certificates, host.server.includes(), loaded());
    }

    private Path loaded() {
        return folder.resolve("server/loaded");
    }

    private static void assertProblem(Optional<Problem> problem, ErrorCode code, String text) {
        assertThat(problem).hasValueSatisfying(it -> {
            assertThat(it.code()).isEqualTo(code);
            assertThat(it.detail() + " " + it.evidence().orElse("")).contains(text);
        });
    }
}
