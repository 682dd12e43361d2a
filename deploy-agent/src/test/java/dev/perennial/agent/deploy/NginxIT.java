package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.agent.TestBundles;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.Pem;
import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.Proof;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.Turnover;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.platform.probe.AcceptAllTrustManager;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deployments to a real nginx, which opens certificate and key separately and reloads asynchronously. */
class NginxIT {
    private static final int CERTIFICATES = 20;

    private final TestBundles ca = new TestBundles();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @TempDir
    Path folder;

    private Path nginx;
    private int port;
    private Process server;
    private HostFile hostFile;
    private Deployer deployer;
    private List<Bundle> first;

    @BeforeEach
    void start() throws Exception {
        nginx = find("nginx");
        port = freePort();
        Files.createDirectories(folder.resolve("includes"));
        hostFile = HostFile.read(Files.writeString(folder.resolve("agent.yaml"), """
                host: web-1
                servers:
                  nginx:
                    test: [%1$s, -t, -p, %2$s, -c, %2$s/nginx.conf]
                    reload: [%1$s, -p, %2$s, -c, %2$s/nginx.conf, -s, reload]
                certificates:
                  - match: "*"
                    server: nginx
                    directory: %2$s/certificates/{name}
                    include: %2$s/includes/{name}.conf
                    verify: [{port: %3$d}]
                """.formatted(nginx, folder, port)));
        first = IntStream.range(0, CERTIFICATES)
                .mapToObj(i -> ca.bundle(CertificateId.next(), "shop" + i))
                .toList();
        for (Bundle bundle : first) {
            placeholder(bundle);
        }
        Files.writeString(folder.resolve("nginx.conf"), configuration(""));
        server = new ProcessBuilder(
                        nginx.toString(), "-p", folder.toString(), "-c", folder + "/nginx.conf", "-g", "daemon off;")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        assertThat(served(first.getFirst(), Duration.ofSeconds(10))).isInstanceOf(ProofResult.Proven.class);
        deployer = deployer(hostFile);
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (deployer != null) {
            deployer.close();
        }
        if (server != null) {
            server.destroy();
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void replacesManyWithFewReloadsAndNoFailedHandshake() throws Exception {
        List<Bundle> renewed = first.stream()
                .map(old -> ca.bundle(old.certificateId(), old.name()))
                .toList();
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger handshakes = new AtomicInteger();
        AtomicInteger failures = new AtomicInteger();
        Thread client = Thread.ofVirtual().start(() -> {
            for (int i = 0; !done.get(); i++) {
                Bundle old = first.get(i % CERTIFICATES);
                ProofResult proof = served(old, Duration.ZERO);
                handshakes.incrementAndGet();
                if (proof instanceof ProofResult.Unproven unproven
                        && unproven.evidence().contains("no handshake")) {
                    failures.incrementAndGet();
                }
            }
        });

        List<DeploymentResult> outcomes =
                TestHost.together(renewed, bundle -> deployer.deploy(bundle).outcome());
        done.set(true);
        client.join();

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(DeploymentResult.Deployed.class));
        assertThat(handshakes.get()).isPositive();
        assertThat(failures).hasValue(0);
        assertThat(meters.counter("perennial_reloads_total", "server", "nginx").count())
                .isLessThanOrEqualTo(6);
    }

    @Test
    void rollsBackWhatNginxRejects() throws IOException {
        Bundle old = first.getFirst();
        Files.writeString(folder.resolve("nginx.conf"), configuration("no_such_directive on;"));

        DeploymentResult outcome =
                deployer.deploy(ca.bundle(old.certificateId(), old.name())).outcome();

        assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.RolledBack.class, back -> {
            assertThat(back.servedFingerprint()).isEqualTo(old.fingerprint());
            assertThat(back.problem().code()).isEqualTo(ErrorCode.CONFIG_TEST_FAILED);
            assertThat(back.problem().evidence().orElse("")).contains("unknown directive \"no_such_directive\"");
        });
        assertThat(served(old, Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
    }

    @ParameterizedTest
    @CsvSource({
        "EC, TLSv1.2",
        "EC, TLSv1.3",
        "EC, TLSv1.2 TLSv1.3",
        "RSA, TLSv1.2",
        "RSA, TLSv1.3",
        "RSA, TLSv1.2 TLSv1.3"
    })
    void provesTwoCertificatesOfOneServerName(String issuer, String protocols) throws IOException {
        TestBundles issuing = new TestBundles(issuer);
        List<Bundle> both = Stream.of("EC", "RSA")
                .map(algorithm -> issuing.bundle(
                        CertificateId.next(),
                        OrderId.next(),
                        "dual-" + algorithm.toLowerCase(Locale.ROOT),
                        issuing.leaf(
                                algorithm, List.of("dual.example.com"), TestBundles.days(-1), TestBundles.days(90))))
                .toList();
        for (Bundle bundle : both) {
            placeholder(bundle);
        }
        int dual = freePort();
        addSite("""
                server { listen 127.0.0.1:%1$d ssl; server_name dual.example.com; ssl_protocols %3$s;
                  include %2$s/includes/dual-ec.conf; include %2$s/includes/dual-rsa.conf; }
                """.formatted(dual, folder, protocols));
        String yaml = Files.readString(folder.resolve("agent.yaml")).replace("port: " + port, "port: " + dual);
        try (Deployer deployer = deployer(HostFile.read(Files.writeString(folder.resolve("dual.yaml"), yaml)))) {
            List<DeploymentResult> outcomes =
                    TestHost.together(both, bundle -> deployer.deploy(bundle).outcome());

            assertThat(outcomes)
                    .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(DeploymentResult.Deployed.class));
            // The other one must not be disturbed by the renewal of one of them.
            for (Bundle old : both) {
                TestBundles.Leaf leaf = issuing.leaf(
                        old.name().endsWith("ec") ? "EC" : "RSA",
                        List.of("dual.example.com"),
                        TestBundles.days(-1),
                        TestBundles.days(90));
                Bundle renewed = issuing.bundle(old.certificateId(), OrderId.next(), old.name(), leaf);
                assertThat(deployer.deploy(renewed).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
            }
        }
    }

    /** A resumed session shows no certificate, or the one of its first handshake. */
    @Test
    void resumesNoSession() throws Exception {
        SSLContext withSessions = SSLContext.getInstance("TLS");
        withSessions.init(null, new TrustManager[] {new AcceptAllTrustManager()}, null);

        assertThat(session(withSessions)).as("nginx resumes sessions").isEqualTo(session(withSessions));
        assertThat(served(first.getFirst(), Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
        assertThat(served(first.getFirst(), Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);
    }

    private byte[] session(SSLContext context) throws IOException {
        try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port)) {
            tls.setEnabledProtocols(new String[] {"TLSv1.2"});
            tls.startHandshake();
            return tls.getSession().getId();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void provesACertificateOfAServerThatRequiresClientCertificates(String protocol) throws IOException {
        Bundle bundle = ca.bundle(CertificateId.next(), "closed");
        int closed = freePort();
        placeholder(bundle);
        Path roots = Files.writeString(folder.resolve("clients.pem"), TestBundles.pem(ca.intermediate()));
        addSite("""
                server { listen 127.0.0.1:%d ssl; server_name closed.example.com; ssl_protocols %s;
                  ssl_verify_client on; ssl_client_certificate %s; include %s/includes/closed.conf; }
                """.formatted(closed, protocol, roots, folder));
        String yaml = Files.readString(folder.resolve("agent.yaml")).replace("port: " + port, "port: " + closed);
        try (Deployer deployer = deployer(HostFile.read(Files.writeString(folder.resolve("closed.yaml"), yaml)))) {
            assertThat(deployer.deploy(bundle).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        }
    }

    @Test
    void provesThatNoWorkerFromBeforeTheReloadAcceptsAlthoughOneHasAnOpenConnection() throws Exception {
        String yaml = Files.readString(folder.resolve("agent.yaml"))
                .replace("  nginx:\n", "  nginx:\n    pidFile: " + folder + "/nginx.pid\n");
        Bundle old = first.getFirst();
        try (Socket open = new Socket("127.0.0.1", port);
                Deployer deployer = deployer(HostFile.read(Files.writeString(folder.resolve("pid.yaml"), yaml)))) {
            // The start of a ClientHello: its worker waits for the rest.
            open.getOutputStream().write(new byte[] {22, 3, 1});
            assertThat(served(old, Duration.ZERO)).isInstanceOf(ProofResult.Proven.class);

            DeploymentResult outcome =
                    deployer.deploy(ca.bundle(old.certificateId(), old.name())).outcome();

            assertThat(outcome).isInstanceOfSatisfying(DeploymentResult.Deployed.class, deployed -> assertThat(
                            deployed.proof().first().turnover())
                    .contains(Proof.Turnover.COMPLETE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"v1", "v2"})
    void provesACertificateBehindTheProxyProtocol(String version) throws IOException {
        Bundle bundle = ca.bundle(CertificateId.next(), "proxied");
        int proxied = freePort();
        placeholder(bundle);
        addSite("""
                server { listen 127.0.0.1:%d ssl proxy_protocol; server_name proxied.example.com;
                  include %s/includes/proxied.conf; }
                """.formatted(proxied, folder));
        String yaml = Files.readString(folder.resolve("agent.yaml"))
                .replace("port: " + port, "port: " + proxied + ", proxyProtocol: " + version);
        try (Deployer behindProxy = deployer(HostFile.read(Files.writeString(folder.resolve("proxied.yaml"), yaml)))) {
            assertThat(behindProxy.deploy(bundle).outcome()).isInstanceOf(DeploymentResult.Deployed.class);
        }
    }

    @Test
    void leavesAConfigurationThatNginxAcceptsIfTheFirstDeploymentFails() throws IOException {
        addSite("server { listen 127.0.0.1:%d ssl; server_name new.example.com; include %s/includes/new.conf; }"
                .formatted(port, folder));
        String good = Files.readString(folder.resolve("nginx.conf"));
        Files.writeString(folder.resolve("nginx.conf"), "no_such_directive on;\n" + good);

        DeploymentResult outcome =
                deployer.deploy(ca.bundle(CertificateId.next(), "new")).outcome();
        Files.writeString(folder.resolve("nginx.conf"), good);

        assertThat(outcome).isNotInstanceOf(DeploymentResult.Deployed.class);
        assertThat(hostFile.groups().get("nginx").validate()).isEmpty();
    }

    private Deployer deployer(HostFile file) {
        return new Deployer(
                file,
                new HostBundles(new InMemorySecretStore(), "web-1"),
                Duration.ofMillis(20),
                Clock.systemUTC(),
                (point, name) -> {},
                meters);
    }

    private void addSite(String site) throws IOException {
        Path file = folder.resolve("nginx.conf");
        Files.writeString(file, Files.readString(file).replaceFirst("\\}\\s*$", site + "}\n"));
    }

    private ProofResult served(Bundle bundle, Duration settle) {
        Target target = hostFile.targets(bundle.name(), (point, name) -> {}).getFirst();
        ExpectedCertificate expected = ExpectedCertificate.of(Pem.certificates(bundle.chain()));
        return settle.isZero()
                ? new ServedCertificateCheck().prove(target.verifications(), expected, Context.root())
                : new ServedCertificateCheck()
                        .prove(target.verifications(), expected, settle, Turnover.UNKNOWN, Context.root());
    }

    private void placeholder(Bundle bundle) throws IOException {
        Path chain = Files.writeString(folder.resolve(bundle.name() + ".pem"), bundle.chain());
        Path key = Files.writeString(folder.resolve(bundle.name() + ".key"), bundle.privateKey());
        Files.writeString(
                folder.resolve("includes").resolve(bundle.name() + ".conf"),
                "ssl_certificate " + chain + ";\nssl_certificate_key " + key + ";\n");
    }

    private String configuration(String more) {
        StringBuilder servers = new StringBuilder();
        for (Bundle bundle : first) {
            servers.append("""
                      server { listen 127.0.0.1:%d ssl; server_name %s.example.com; include %s/includes/%s.conf; }
                    """.formatted(port, bundle.name(), folder, bundle.name()));
        }
        return """
                %2$s
                worker_processes 2;
                pid %1$s/nginx.pid;
                error_log %1$s/error.log;
                events { worker_connections 256; }
                http {
                  access_log off;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                %3$s}
                """.formatted(folder, more, servers);
    }

    private static Path find(String program) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)),
                        Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(
                        program + " is not installed; run ./perennial test, which installs nginx-light"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
