package dev.perennial.testbed.kubernetes;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.ca.PemHttp;
import dev.perennial.testbed.process.Launcher;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.Program;
import dev.perennial.testbed.process.ProgramPart;
import dev.perennial.testbed.process.RandomSecrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The API server of Kubernetes with its own etcd. It has no nodes and no controllers, so that no pod runs and a namespace has
 * no service account until one is created.
 */
public final class KubernetesPart extends ProgramPart {
    private final EtcdPart etcd;
    private final Path program;
    private final String adminToken = RandomSecrets.password();
    private final int port = Ports.free();

    public KubernetesPart(RunFolder run, Launcher launcher, Checkout checkout) {
        super("kube-apiserver", run, launcher);
        this.etcd = new EtcdPart(run, launcher, checkout);
        this.program = checkout.tool("kube-apiserver", "KUBERNETES_VERSION");
    }

    /** Also the {@code iss} of the tokens of its service accounts. */
    @Override
    public URI address() {
        return Ports.loopback("https", port);
    }

    /** PEM of the certificate of its listener, which is its own root. */
    public Path root() {
        return run.folder(name() + "/certs").resolve("apiserver.crt");
    }

    /** Sends a request of an administrator. @throws IllegalStateException if the response is not of the class 2xx */
    public String send(String method, String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(address().resolve(path))
                .header("Authorization", "Bearer " + adminToken)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json))
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient http = client()) {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(
                        method + " " + path + " returned HTTP " + response.statusCode() + ": " + response.body());
            }
            return response.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    protected boolean ready() {
        if (!Files.exists(root())) {
            return false;
        }
        HttpRequest request = HttpRequest.newBuilder(address().resolve("/readyz"))
                .timeout(Duration.ofSeconds(3))
                .build();
        try (HttpClient http = client()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private HttpClient client() {
        try {
            return new PemHttp(Files.readString(root())).client();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Program program() {
        etcd.start();
        Path signingKey = run.writeSecret(name() + "/service-accounts.key", signingKey());
        Path tokens = run.writeSecret(name() + "/tokens.csv", adminToken + ",admin,admin,\"system:masters\"\n");
        List<String> command = List.of(
                program.toString(),
                "--etcd-servers=" + etcd.address(),
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + run.folder(name() + "/certs"),
                "--service-account-issuer=" + address(),
                "--service-account-signing-key-file=" + signingKey,
                "--service-account-key-file=" + signingKey,
                "--service-cluster-ip-range=10.0.0.0/24",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + tokens,
                "--disable-admission-plugins=ServiceAccount",
                "--endpoint-reconciler-type=none");
        return new Program(name(), command, Map.of(), run.folder(name()));
    }

    /** With its database. */
    public void shutDown() {
        stop();
        etcd.stop();
    }

    private static String signingKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] pkcs8 = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pkcs8)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }
}
