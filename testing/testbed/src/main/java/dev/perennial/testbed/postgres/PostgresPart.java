package dev.perennial.testbed.postgres;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.PidFiles;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.RandomSecrets;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * PostgreSQL from a jar. Committed data survives a {@link #kill()} and a restart; durability on power loss is switched off for
 * speed.
 */
public final class PostgresPart implements Part {
    public static final String DATABASE = "perennial";
    public static final String ROLE = "perennial";

    private final RunFolder run;
    private final int port = Ports.free();
    private final String adminPassword = RandomSecrets.password();
    private final String rolePassword = RandomSecrets.password();
    private volatile EmbeddedPostgres postgres;

    public PostgresPart(RunFolder run) {
        this.run = run;
    }

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public URI address() {
        return Ports.loopback("tcp", port);
    }

    public String jdbcUrl() {
        return jdbcUrl(port);
    }

    /** The URL with another port, for example of a proxy. */
    public static String jdbcUrl(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** A connection as the role of the order-service. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), ROLE, rolePassword);
    }

    /** A file in the format of libpq's {@code .pgpass}, mode 0600; exists after the first start. */
    public Path passwordFile() {
        return run.root().resolve("postgres/pgpass");
    }

    @Override
    public void start() {
        Path folder = run.folder(name());
        Path data = folder.resolve("data");
        boolean first = !Files.exists(data.resolve("PG_VERSION"));
        Path passwordOfAdmin = run.writeSecret("postgres/admin-password", adminPassword + "\n");
        try {
            Files.createDirectories(Checkout.cache());
            postgres = launch(data, passwordOfAdmin);
            pid().ifPresent(pid -> run.pids().record(name(), pid, data.toString()));
            if (first) {
                createDatabase();
            }
        } catch (IOException | SQLException | IllegalStateException e) {
            stop();
            throw PartFailedException.withLog(name(), "did not start: " + e.getMessage(), run.log(name()));
        }
    }

    /** Starts it again if another process used the port: the library does not detect this and waits until its timeout. */
    private EmbeddedPostgres launch(Path data, Path passwordOfAdmin) throws IOException {
        try {
            return server(data, passwordOfAdmin).start();
        } catch (IOException e) {
            if (!Files.readString(run.log(name())).contains("Address already in use")) {
                throw e;
            }
            return server(data, passwordOfAdmin).start();
        }
    }

    private EmbeddedPostgres.Builder server(Path data, Path passwordOfAdmin) {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(
                        Checkout.cache().resolve("postgres").toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofSeconds(60))
                // Later options of initdb override the library's "-A trust".
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig("pwfile", passwordOfAdmin.toString())
                .setConnectConfig("password", adminPassword)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("fsync", "off")
                // Acknowledged commits are in the page cache: they survive a crash of the server, but not of the
                // machine.
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "off")
                .setOutputRedirector(
                        ProcessBuilder.Redirect.appendTo(run.log(name()).toFile()))
                .setErrorRedirector(
                        ProcessBuilder.Redirect.appendTo(run.log(name()).toFile()));
    }

    private void createDatabase() throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            // DDL has no parameters; the generated password contains only letters and digits.
            statement.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + rolePassword + "'");
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + ROLE);
        }
        // For any port, because clients may use a proxy.
        run.writeSecret("postgres/pgpass", "127.0.0.1:*:" + DATABASE + ":" + ROLE + ":" + rolePassword + "\n");
    }

    @Override
    public boolean healthy() {
        return pid().isPresent() && Ports.accepts(address());
    }

    /** From its own file, because the started process was {@code pg_ctl}. */
    @Override
    public OptionalLong pid() {
        try {
            Path file = run.root().resolve("postgres/data/postmaster.pid");
            long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
            return ProcessHandle.of(pid).isPresent() ? OptionalLong.of(pid) : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    public Optional<Path> log() {
        return Optional.of(run.log(name()));
    }

    /** Kills the server and its child processes, like a crash. */
    public void kill() {
        List<ProcessHandle> all = pid().stream()
                .mapToObj(ProcessHandle::of)
                .flatMap(Optional::stream)
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        if (!Await.until(Duration.ofSeconds(10), () -> all.stream().noneMatch(p -> PidFiles.runs(p.pid())))) {
            throw new PartFailedException(name(), "does not end after SIGKILL");
        }
        try {
            // If its parent does not reap it, the next server considers the process alive.
            Files.deleteIfExists(run.root().resolve("postgres/data/postmaster.pid"));
        } catch (IOException e) {
            throw new PartFailedException(name(), "could not remove its pid file", e);
        }
        stop();
    }

    @Override
    public void stop() {
        if (postgres == null) {
            return;
        }
        try {
            postgres.close();
            postgres = null;
            run.pids().remove(name());
        } catch (IOException e) {
            throw new PartFailedException(name(), "did not stop", e);
        }
    }
}
