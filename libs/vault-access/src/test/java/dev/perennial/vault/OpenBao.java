package dev.perennial.vault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A real OpenBao server in memory, with a KV v2 mount {@code perennial}, AppRole and the shipped policies. */
public final class OpenBao implements AutoCloseable {
    static final String VERSION = "2.7.2";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_LIMIT = Duration.ofSeconds(30);

    private final Path folder;
    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI address;
    private final String rootToken;

    public static OpenBao start(Path folder) {
        OpenBao bao = new OpenBao(folder, "http");
        bao.awaitReady();
        bao.admin("POST", "sys/mounts/perennial", Map.of("type", "kv", "options", Map.of("version", "2")));
        bao.admin("POST", "sys/auth/approle", Map.of("type", "approle"));
        for (String name : new String[] {"order-service", "validation-service", "issuance-service", "deploy-agent"}) {
            bao.admin("PUT", "sys/policies/acl/" + name, Map.of("policy", resource("/policies/" + name + ".hcl")));
        }
        return bao;
    }

    /** The same API over TLS, with its own root in {@link #roots}, and without any setup. */
    public static OpenBao startTls(Path folder) {
        return new OpenBao(folder, "https", "-dev-tls", "-dev-tls-cert-dir=" + folder);
    }

    private OpenBao(Path folder, String scheme, String... extra) {
        this.folder = folder;
        byte[] token = new byte[16];
        new java.security.SecureRandom().nextBytes(token);
        this.rootToken = HexFormat.of().formatHex(token);
        int port = freePort();
        this.address = URI.create(scheme + "://127.0.0.1:" + port);
        try {
            List<String> command = new ArrayList<>(List.of(
                    binary().toString(),
                    "server",
                    "-dev",
                    "-dev-no-store-token",
                    "-dev-root-token-id=" + rootToken,
                    "-dev-listen-address=127.0.0.1:" + port));
            command.addAll(List.of(extra));
            this.process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("openbao.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path roots() {
        return folder.resolve("vault-ca.pem");
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public URI address() {
        return address;
    }

    /**
     * Creates a role with one policy and returns a store with its credentials. {@code host} becomes metadata of its
     * entity.
     */
    SecretStores.Settings appRole(String name, String policy, Optional<String> host, Map<String, Object> limits) {
        Map<String, Object> role = new java.util.HashMap<>(
                Map.of("token_policies", policy, "token_no_default_policy", true, "token_ttl", "1h"));
        role.putAll(limits);
        admin("POST", "auth/approle/role/" + name, role);
        String roleId = admin("GET", "auth/approle/role/" + name + "/role-id", null)
                .at("/data/role_id")
                .asText();
        String secretId = admin("POST", "auth/approle/role/" + name + "/secret-id", Map.of())
                .at("/data/secret_id")
                .asText();
        host.ifPresent(value -> {
            String accessor = admin("GET", "sys/auth", null)
                    .at("/data/approle~1/accessor")
                    .asText();
            String entity = admin("POST", "identity/entity", Map.of("name", name, "metadata", Map.of("host", value)))
                    .at("/data/id")
                    .asText();
            admin(
                    "POST",
                    "identity/entity-alias",
                    Map.of("name", roleId, "canonical_id", entity, "mount_accessor", accessor));
        });
        Path roleFile = privateFile(name + ".role-id", roleId + "\n");
        Path secretFile = privateFile(name + ".secret-id", secretId + "\n");
        return new SecretStores.Settings(
                address, roleFile, secretFile, "perennial", Optional.empty(), Duration.ofSeconds(5));
    }

    public SecretStore store(String name, String policy, Optional<String> host) {
        return SecretStores.connect(appRole(name, policy, host, Map.of()));
    }

    /** Revokes every token of every AppRole. */
    void revokeAppRoleTokens() {
        admin("PUT", "sys/leases/revoke-prefix/auth/approle/login", Map.of());
    }

    void seal() {
        admin("PUT", "sys/seal", Map.of());
    }

    /** Uses the key that a dev server prints. */
    void unseal() {
        String key = log().lines()
                .filter(line -> line.startsWith("Unseal Key: "))
                .map(line -> line.substring("Unseal Key: ".length()).strip())
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no unseal key in OpenBao's output:\n" + log()));
        admin("PUT", "sys/unseal", Map.of("key", key));
    }

    /** Sends a request with the root token, for operations that no service may perform. */
    public JsonNode admin(String method, String path, Map<String, ?> body) {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve("/v1/" + path))
                    .timeout(Duration.ofSeconds(10))
                    .header("X-Vault-Token", rootToken)
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() >= 300) {
                throw new IllegalStateException(method + " " + path + " answered " + response.statusCode() + ": "
                        + new String(response.body(), StandardCharsets.UTF_8));
            }
            return response.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Path privateFile(String name, String content) {
        try {
            Path file = folder.resolve(name);
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            try {
                admin("GET", "sys/mounts/secret", null);
                return;
            } catch (UncheckedIOException | IllegalStateException e) {
                if (System.nanoTime() > deadline || !process.isAlive()) {
                    throw new IllegalStateException("OpenBao did not start:\n" + log(), e);
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("openbao.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path binary() {
        String cache = System.getenv("XDG_CACHE_HOME");
        Path root =
                cache == null || cache.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(cache);
        Path binary = root.resolve("perennial/openbao-" + VERSION + "/bao");
        if (!Files.isExecutable(binary)) {
            throw new IllegalStateException("OpenBao " + VERSION + " is not at " + binary
                    + ": run './perennial test', which installs it and runs these tests");
        }
        return binary;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String resource(String name) {
        try (var in = OpenBao.class.getResourceAsStream(name)) {
            return new String(java.util.Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
