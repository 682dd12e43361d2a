package dev.perennial.bench;

import dev.perennial.orders.database.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/** Fills the tables of the order-service like those of a large installation. */
final class ScaleRows {

    private final Database database;

    ScaleRows(Database database) {
        this.database = database;
    }

    /** Inserts certificates, two orders of each, deployments, issued certificates, scheduled tasks and timelines, then runs VACUUM. */
    void fill(int certificates) {
        fill(
                "scale-rows.sql",
                certificates,
                List.of(
                        "certificate",
                        "certificate_order",
                        "deployment",
                        "issued_certificate",
                        "scheduled_task",
                        "timeline"),
                "bench_row");
    }

    /**
     * Runs a script, then VACUUM.
     *
     * @param rows the parameter of the script
     * @param temporary a table that is dropped at the end
     */
    void fill(String script, int rows, List<String> tables, String temporary) {
        for (String statement : script(script).split(";\n")) {
            database.inTransaction(tx -> tx.createUpdate(statement)
                    .configure(SqlStatements.class, it -> it.setUnusedBindingAllowed(true))
                    .bind("rows", rows)
                    .execute());
        }
        try (Handle connection = database.open()) {
            connection.execute("VACUUM (ANALYZE) " + String.join(", ", tables));
            connection.execute("DROP TABLE " + temporary);
        }
    }

    private static String script(String name) {
        try (InputStream file = ScaleRows.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
