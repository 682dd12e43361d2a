package dev.perennial.orders.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.RetryLater;
import dev.perennial.orders.parts.Postgres;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.proxy.TcpProxy;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The properties of connections as the service sets them, with a shorter timeout where a test waits for it. */
class DatabaseTimeoutsIT {
    private static final String PREFIX = "quarkus.datasource.jdbc.additional-jdbc-properties.";

    private final String url = Postgres.url();
    private final TcpProxy proxy = new TcpProxy(
            "network", Ports.free(), URI.create(url.substring("jdbc:".length())).getPort());

    @AfterEach
    void stop() {
        proxy.stop();
    }

    @Test
    void limitsEveryWaitOfTheServer() {
        Database database = database(url, Map.of());

        for (String setting : new String[] {
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
            "client_connection_check_interval",
            "tcp_user_timeout",
            "tcp_keepalives_idle",
            "tcp_keepalives_interval",
            "tcp_keepalives_count"
        }) {
            String value =
                    database.inTransaction(tx -> tx.createQuery("SELECT setting FROM pg_settings WHERE name = :name")
                            .bind("name", setting)
                            .mapTo(String.class)
                            .one());
            assertThat(Integer.parseInt(value)).as(setting).isPositive();
        }
        String idle = database.inTransaction(tx ->
                tx.createQuery("SHOW tcp_keepalives_idle").mapTo(String.class).one());
        assertThat(Duration.ofSeconds(Long.parseLong(idle)))
                .as("idle time before a probe")
                .isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void waitsLongerThanTheServerThatEndsTheStatement() throws IOException {
        Properties properties = properties(Map.of());

        assertThat(properties.getProperty("socketTimeout")).as("seconds").isEqualTo("90");
        assertThat(properties.getProperty("options")).contains("statement_timeout=60s");
    }

    @Test
    void endsAStatementWhoseConnectionLosesAllPackets() throws Exception {
        proxy.start();
        Database database = database(through(proxy), Map.of("socketTimeout", "1"));
        database.inTransaction(tx -> tx.execute("SELECT 1"));

        CompletableFuture<Integer> statement = CompletableFuture.supplyAsync(() -> database.inTransaction(tx -> {
            tx.execute("SELECT 1");
            proxy.hang();
            return tx.execute("SELECT 2");
        }));

        assertThat(statement)
                .failsWithin(20, TimeUnit.SECONDS)
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(IOException.class);
        proxy.restore();
        database.inTransaction(tx -> tx.execute("SELECT 1"));
    }

    @Test
    void doesNotWaitForANewConnectionThatLosesAllPackets() {
        proxy.start();
        proxy.hang();
        Database database = database(through(proxy), Map.of("socketTimeout", "1"));

        CompletableFuture<Integer> statement =
                CompletableFuture.supplyAsync(() -> database.inTransaction(tx -> tx.execute("SELECT 1")));

        assertThat(statement).failsWithin(20, TimeUnit.SECONDS);
    }

    @Test
    void retriesLaterIfItsTransactionWasIdleTooLong() {
        String options = properties(Map.of())
                .getProperty("options")
                .replaceAll("idle_in_transaction_session_timeout=\\w+", "idle_in_transaction_session_timeout=50ms");
        Database database = database(url, Map.of("options", options));
        Database other = database(url, Map.of());

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> database.inTransaction(tx -> {
                    tx.execute("SELECT 1");
                    other.inTransaction(waiting -> waiting.execute("SELECT pg_sleep(0.3)"));
                    return tx.execute("SELECT 2");
                }));
    }

    @Test
    void retriesLaterIfALockIsHeldTooLong() throws Exception {
        String options =
                properties(Map.of()).getProperty("options").replaceAll("lock_timeout=\\w+", "lock_timeout=100ms");
        Database database = database(url, Map.of("options", options));
        Database other = database(url, Map.of());
        other.inTransaction(tx -> tx.execute("CREATE TABLE locked (id int)"));

        other.inTransaction(tx -> {
            tx.execute("LOCK TABLE locked");
            assertThatExceptionOfType(RetryLater.class)
                    .isThrownBy(() -> database.inTransaction(waiting -> waiting.execute("LOCK TABLE locked")));
            return tx;
        });
    }

    @Test
    void doesNotLimitMigrations() {
        String options = properties(Map.of())
                .getProperty("options")
                .replaceAll("statement_timeout=\\w+", "statement_timeout=200ms");

        Flyway.configure()
                .dataSource(source(url, Map.of("options", options)))
                .locations("classpath:db/migration", "classpath:db/slow")
                .load()
                .migrate();

        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> database(url, Map.of("options", options))
                .inTransaction(tx -> tx.execute("SELECT pg_sleep(0.5)")));
    }

    private String through(TcpProxy network) {
        URI direct = URI.create(url.substring("jdbc:".length()));
        return url.replace(":" + direct.getPort() + "/", ":" + network.address().getPort() + "/");
    }

    private static Database database(String url, Map<String, String> changed) {
        return new Database(source(url, changed), change -> {});
    }

    private static DataSource source(String url, Map<String, String> changed) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        properties(changed).forEach((name, value) -> {
            try {
                source.setProperty((String) name, (String) value);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        return source;
    }

    private static Properties properties(Map<String, String> changed) {
        Properties all = new Properties();
        try (InputStream file = DatabaseTimeoutsIT.class.getResourceAsStream("/application.properties")) {
            all.load(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Properties driver = new Properties();
        all.stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .forEach(name -> driver.setProperty(name.substring(PREFIX.length()), all.getProperty(name)));
        driver.putAll(changed);
        return driver;
    }
}
