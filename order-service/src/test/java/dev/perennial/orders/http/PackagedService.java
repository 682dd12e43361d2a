package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process of the packaged service. Its Kafka, Vault, DNS and CA are a port that nothing listens on. */
final class PackagedService implements AutoCloseable {
    /** The token in the bootstrap token file of {@link #start}. */
    static final String BOOTSTRAP_TOKEN = "boot-token";

    /** It starts within 10 seconds; a busy machine needs more. */
    static final Duration START_LIMIT = Duration.ofMinutes(2);

    private final Path log;
    private final int port;
    private final int managementPort;
    private final Process process;

    private PackagedService(Path log, int port, int managementPort, Process process) {
        this.log = log;
        this.port = port;
        this.managementPort = managementPort;
        this.process = process;
    }

    /**
     * Returns when the service is up.
     *
     * @param folder of the configuration, of the bootstrap token and of the log {@code service.log}
     * @param properties further lines of the configuration
     */
    static PackagedService start(Path folder, String database, List<String> properties) throws IOException {
        PackagedService service =
                launch(folder, "service", database, secret(folder, "token", BOOTSTRAP_TOKEN), properties);
        ServiceClient client = service.client(BOOTSTRAP_TOKEN);
        await().atMost(START_LIMIT).untilAsserted(() -> assertThat(client.answers(service.management("/q/health/live")))
                .withFailMessage(() -> "it did not start:\n" + service.log())
                .isTrue());
        return service;
    }

    static PackagedService start(Path folder, String database) throws IOException {
        return start(folder, database, List.of());
    }

    /**
     * Returns when the process exists; the service is not up then.
     *
     * @param folder of the configuration and of the log {@code <name>.log}
     * @param bootstrapToken the file of the token that creates the first service tokens
     */
    static PackagedService launch(Path folder, String name, String database, Path bootstrapToken) throws IOException {
        return launch(folder, name, database, bootstrapToken, List.of());
    }

    /** @param properties further lines of the configuration */
    static PackagedService launch(
            Path folder, String name, String database, Path bootstrapToken, List<String> properties)
            throws IOException {
        int port = freePort();
        int managementPort = freePort();
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                Path.of("target", "quarkus-app", "quarkus-run.jar").toString());
        builder.environment()
                .put(
                        "QUARKUS_CONFIG_LOCATIONS",
                        config(folder, port, managementPort, database, bootstrapToken, properties)
                                .toString());
        Process process =
                builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        return new PackagedService(log, port, managementPort, process);
    }

    /** Writes a file that only the owner can read. */
    static Path secret(Path folder, String name, String value) throws IOException {
        Path file = Files.createFile(
                folder.resolve(name),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, value);
    }

    int port() {
        return port;
    }

    /** Sends requests with this token. */
    ServiceClient client(String token) {
        return new ServiceClient(port, token);
    }

    /** The client of the first token, which the bootstrap token creates: an admin of all owners. */
    ServiceClient createAdmin(String name) throws Exception {
        return client(client(BOOTSTRAP_TOKEN).createToken(name, "admin", "*"));
    }

    /** A path on the management interface. */
    URI management(String path) {
        return URI.create("http://127.0.0.1:" + managementPort + path);
    }

    /** The output so far. */
    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Whether the process ends within this time. */
    boolean waitFor(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    int exitValue() {
        return process.exitValue();
    }

    /** Kills the process: without a broker, a regular stop of the consumers takes 20 s. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static Path config(
            Path folder, int port, int managementPort, String database, Path token, List<String> properties)
            throws IOException {
        int closed = freePort();
        return Files.writeString(
                Files.createTempFile(folder, "service", ".properties"),
                String.join(
                        "\n",
                        "quarkus.http.port=" + port,
                        "quarkus.management.port=" + managementPort,
                        "kafka.bootstrap.servers=127.0.0.1:" + closed,
                        "quarkus.otel.exporter.otlp.endpoint=http://127.0.0.1:" + closed,
                        "quarkus.datasource.jdbc.url=" + database,
                        "quarkus.datasource.username=postgres",
                        "perennial.vault.address=http://127.0.0.1:" + closed,
                        "perennial.vault.role-id-file=" + secret(folder, "role-id-" + closed, "role"),
                        "perennial.vault.secret-id-file=" + secret(folder, "secret-id-" + closed, "secret"),
                        "perennial.dns.resolver=127.0.0.1:" + closed,
                        "perennial.doctor.request-timeout=500ms",
                        "perennial.issuers.file=" + issuers(folder, closed),
                        "perennial.requests.default-issuer=local",
                        // The tests act as one principal; a later line overrides it.
                        "perennial.four-eyes=off",
                        "perennial.policy.allowed-suffixes=example.com",
                        "perennial.rest.bootstrap-token-file=" + token,
                        String.join("\n", properties)));
    }

    private static Path issuers(Path folder, int port) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "issuers", ".yaml"), """
            issuers:
              local:
                directory: https://localhost:%d/dir
                termsOfServiceAgreed: true
                limits: lets-encrypt
            """.formatted(port));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
