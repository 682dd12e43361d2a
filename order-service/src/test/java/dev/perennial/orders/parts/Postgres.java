package dev.perennial.orders.parts;

import dev.perennial.orders.database.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/** One real server for all tests of a JVM, and a new database for each test that needs one. */
public final class Postgres {
    private static final EmbeddedPostgres SERVER = start();
    /** Migrated once; every migrated database is a copy of it, which takes a tenth of the time of the migrations. */
    private static final String TEMPLATE = migratedTemplate();

    private Postgres() {}

    public static Database database() {
        return new Database(migrated(), change -> {});
    }

    public static DataSource migrated() {
        return source(create(TEMPLATE));
    }

    public static DataSource empty() {
        return source(create("template1"));
    }

    /** JDBC URL of a new, empty database; user {@code postgres}, no password. */
    public static String url() {
        return url(create("template1"));
    }

    private static String migratedTemplate() {
        String name = create("template1");
        Flyway.configure().dataSource(source(name)).load().migrate();
        return name;
    }

    /** Returns the name of a new database that is a copy of the template. */
    private static String create(String template) {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        try (var connection = SERVER.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    private static DataSource source(String database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url(database));
        return source;
    }

    private static String url(String database) {
        return SERVER.getJdbcUrl("postgres", database);
    }

    private static EmbeddedPostgres start() {
        try {
            Path data = Files.createTempDirectory("perennial-tests-");
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setServerConfig("fsync", "off")
                    .setServerConfig("synchronous_commit", "off")
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server, data), "end-of-postgres"));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The databases of some hundred tests are so many files that the build does not wait for their deletion. */
    private static void end(EmbeddedPostgres server, Path data) {
        try {
            server.close();
            new ProcessBuilder("nice", "rm", "-rf", data.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
