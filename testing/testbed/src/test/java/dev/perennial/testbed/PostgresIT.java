package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.postgres.PostgresPart;
import dev.perennial.testbed.process.PidFiles;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class PostgresIT {
    @Test
    void requiresThePasswordAndEndsItsProcesses() throws Exception {
        long pid;
        try (Stack stack = Stack.builder().only(StackPart.POSTGRES).start()) {
            PostgresPart postgres = stack.postgres();
            pid = postgres.pid().orElseThrow();

            assertThatThrownBy(() -> DriverManager.getConnection(postgres.jdbcUrl(), PostgresPart.ROLE, "guess"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("password authentication failed");
            assertThat(Files.getPosixFilePermissions(postgres.passwordFile()))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            try (var connection = postgres.connect();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE owned (id int)");
            }
        }
        assertThat(PidFiles.runs(pid)).isFalse();
    }

    @Test
    void keepsCommittedDataWhenItIsKilled() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.POSTGRES).start()) {
            PostgresPart postgres = stack.postgres();
            execute(postgres, "CREATE TABLE kept (id int)");
            execute(postgres, "INSERT INTO kept VALUES (1)");

            postgres.kill();
            assertThat(postgres.healthy()).isFalse();
            postgres.start();

            execute(postgres, "DO $$ BEGIN ASSERT (SELECT count(*) FROM kept) = 1, 'lost'; END $$");
        }
    }

    private static void execute(PostgresPart postgres, String sql) throws Exception {
        try (var connection = postgres.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
