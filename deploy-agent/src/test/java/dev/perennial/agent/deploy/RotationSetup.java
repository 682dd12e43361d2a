package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.host.HostFile;
import dev.perennial.events.CertificateId;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server that starts with a placeholder, and then serves one certificate after the other while clients make
 * handshakes.
 */
abstract class RotationSetup {
    private static final Logger LOG = Logger.getLogger(RotationSetup.class);
    /** The figures of docs/reference/targets.md are of 50. */
    private static final int ROTATIONS = Integer.getInteger("rotations", 10);

    final TestBundles ca = new TestBundles();
    final CertificateId shop = CertificateId.next();

    @TempDir
    Path folder;

    int port;
    Process server;
    HostFile hostFile;
    Deployer deployer;
    HandshakeStream.Prelude prelude = HandshakeStream.Prelude.NONE;

    /** Reads the host file and writes the placeholder. */
    void agent(String yaml) throws IOException {
        hostFile = HostFile.read(Files.writeString(folder.resolve("agent.yaml"), yaml));
        deployer = new Deployer(
                hostFile,
                new HostBundles(new InMemorySecretStore(), "web-1"),
                Duration.ofMillis(20),
                Clock.systemUTC(),
                (point, name) -> {},
                new SimpleMeterRegistry());
        deployer.preparePlaceholders();
    }

    /** Returns when the server presents a certificate. */
    void serve(String... command) throws IOException {
        server = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("server.out").toFile())
                .start();
        try {
            awaitHandshake();
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "the server did not start: " + Files.readString(folder.resolve("server.out")) + logs(), e);
        }
    }

    private String logs() throws IOException {
        StringBuilder text = new StringBuilder();
        try (DirectoryStream<Path> logs = Files.newDirectoryStream(folder, "*.log")) {
            for (Path log : logs) {
                text.append(log).append(":\n").append(Files.readString(log));
            }
        }
        return text.toString();
    }

    void awaitHandshake() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> !served().isEmpty());
    }

    /** SHA-256 of the leaf that is served. */
    String served() throws Exception {
        return HandshakeStream.handshake(port, prelude);
    }

    Bundle next() {
        return ca.bundle(shop, "shop");
    }

    DeploymentResult deploy(Bundle bundle) {
        return deployer.deploy(bundle).outcome();
    }

    /** Many rotations; none may fail, and no handshake. */
    void rotate() throws Exception {
        Bundle first = next();
        assertThat(deploy(first)).isInstanceOf(DeploymentResult.Deployed.class);
        Set<String> deployed = new HashSet<>(Set.of(first.fingerprint()));
        long start = System.nanoTime();
        try (HandshakeStream stream = new HandshakeStream(port, prelude)) {
            for (int i = 0; i < ROTATIONS; i++) {
                Bundle bundle = next();
                deployed.add(bundle.fingerprint());
                assertThat(deploy(bundle)).isInstanceOf(DeploymentResult.Deployed.class);
                assertThat(served()).isEqualTo(bundle.fingerprint());
            }
            stream.close();
            LOG.infof(
                    "%s: %d rotations in %d ms, %d handshakes, %d failed",
                    getClass().getSimpleName(),
                    ROTATIONS,
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    stream.handshakes(),
                    stream.failures().size());
            assertThat(stream.failures()).isEmpty();
            assertThat(stream.handshakes()).isGreaterThan(ROTATIONS);
            assertThat(deployed).containsAll(stream.leaves());
        }
    }

    @AfterEach
    void stop() throws Exception {
        if (deployer != null) {
            deployer.close();
        }
        if (server != null) {
            server.destroy();
            assertThat(server.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** The path of a program; the test fails if it is absent. */
    static String program(String name, String debianPackage) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed; ./perennial test installs it, or run:"
                        + " apt-get install --no-install-recommends " + debianPackage))
                .toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** For a host file. */
    static String argumentArray(List<String> command) {
        return "[" + String.join(", ", command) + "]";
    }
}
