package dev.perennial.bench;

import dev.perennial.orders.database.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
        for (String statement : script().split(";\n")) {
            database.inTransaction(tx -> tx.createUpdate(statement)
                    .configure(SqlStatements.class, it -> it.setUnusedBindingAllowed(true))
                    .bind("rows", certificates)
                    .execute());
        }
        try (Handle connection = database.open()) {
            connection.execute(
                    "VACUUM (ANALYZE) certificate, certificate_order, deployment, issued_certificate, scheduled_task, timeline");
            connection.execute("DROP TABLE bench_row");
        }
    }

    private static String script() {
        try (InputStream file = ScaleRows.class.getResourceAsStream("scale-rows.sql")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
