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
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * PostgreSQL out of a jar. What it has committed survives a {@link #kill()} and a restart; durability on power loss is off, for
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

    /** The same through a port that leads here. */
    public static String jdbcUrl(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** A file in the format of libpq's {@code .pgpass}, mode 0600; there once it was started. */
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

    /** Once more where somebody else was on the port at that moment: the library does not notice, and waits its whole time for nobody. */
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
                // Later options of initdb win over the library's own "-A trust".
                .setLocaleConfig("auth", "scram-sha-256")
                .setLocaleConfig("pwfile", passwordOfAdmin.toString())
                .setConnectConfig("password", adminPassword)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("fsync", "off")
                // A commit is with the system when it is acknowledged: it outlives the server, not the machine.
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
            // DDL takes no parameters; the password is of letters and digits that we made.
            statement.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + rolePassword + "'");
            statement.execute("CREATE DATABASE " + DATABASE + " OWNER " + ROLE);
        }
        // At whatever port: a line leads here too.
        run.writeSecret("postgres/pgpass", "127.0.0.1:*:" + DATABASE + ":" + ROLE + ":" + rolePassword + "\n");
    }

    @Override
    public boolean healthy() {
        return pid().isPresent() && Ports.accepts(address());
    }

    /** As its own file says: the process that we started was only {@code pg_ctl}. */
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

    /** Ends it as a crash would. Its helpers go with it, as they would by themselves when they notice. */
    public void kill() {
        List<ProcessHandle> all = pid().stream()
                .mapToObj(ProcessHandle::of)
                .flatMap(Optional::stream)
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .toList();
        all.forEach(ProcessHandle::destroyForcibly);
        if (!Await.until(Duration.ofSeconds(10), () -> all.stream().noneMatch(p -> PidFiles.runs(p.pid())))) {
            throw new PartFailedException(name(), "does not end although it was killed");
        }
        try {
            // Where nobody collects the dead, its process id still looks alive to the next server.
            Files.deleteIfExists(run.root().resolve("postgres/data/postmaster.pid"));
        } catch (IOException e) {
            throw new PartFailedException(name(), "cannot be cleaned up after", e);
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
            run.pids().forget(name());
        } catch (IOException e) {
            throw new PartFailedException(name(), "did not stop", e);
        }
    }
}
