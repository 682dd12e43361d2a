package dev.perennial.orders.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;

/** Compares {@code docs/reference/schema.sql} with a migrated database; {@code -Dcontract.update=true} rewrites the file. */
class SchemaReferenceIT {
    private static final Path FILE = Path.of("..", "docs", "reference", "schema.sql");

    @Test
    void matchesTheMigratedSchema() throws IOException {
        String schema = Postgres.database().inTransaction(SchemaReferenceIT::schema);

        if (Boolean.getBoolean("contract.update")) {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, schema);
        }
        assertThat(FILE).as("write it with -Dcontract.update=true").exists();
        assertThat(Files.readString(FILE))
                .as("%s differs from the migrated database; rewrite it with -Dcontract.update=true", FILE)
                .isEqualTo(schema);
    }

    private static String schema(Handle tx) {
        StringBuilder sql = new StringBuilder("""
                -- The schema of the order-service's PostgreSQL database after all migrations.
                -- Generated from the catalogue of a migrated database; SchemaReferenceIT checks it. The meaning of tables and
                -- columns is commented in order-service/src/main/resources/db/migration.
                """);
        for (String extension : list(tx, "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1")) {
            sql.append("\nCREATE EXTENSION ").append(extension).append(";\n");
        }
        for (String table : list(tx, """
                SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
                    AND relname <> 'flyway_schema_history' ORDER BY 1""")) {
            sql.append(table(tx, table));
        }
        return sql.toString();
    }

    private static String table(Handle tx, String table) {
        List<String> partition = list(tx, """
                SELECT format('PARTITION OF %s %s', inhparent::regclass, pg_get_expr(relpartbound, oid))
                FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE oid = CAST(:table AS regclass)""", table);
        return partition.isEmpty()
                ? columns(tx, table) + indexes(tx, table)
                : "\nCREATE TABLE %s %s;\n%s".formatted(table, partition.getFirst(), indexes(tx, table));
    }

    private static String columns(Handle tx, String table) {
        List<String> parts = new ArrayList<>(list(tx, """
                SELECT format('%s %s%s%s%s', attname, format_type(atttypid, atttypmod),
                    CASE attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' ELSE '' END,
                    CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END,
                    CASE attgenerated WHEN 's' THEN ' GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || ') STORED'
                        ELSE ' DEFAULT ' || pg_get_expr(adbin, adrelid) END)
                FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                WHERE attrelid = CAST(:table AS regclass) AND attnum > 0 AND NOT attisdropped ORDER BY attnum""", table));
        parts.addAll(list(tx, """
                SELECT format('CONSTRAINT %s %s', conname, pg_get_constraintdef(oid)) FROM pg_constraint
                WHERE conrelid = CAST(:table AS regclass) AND contype IN ('p', 'u', 'c', 'f')
                ORDER BY position(contype::text IN 'pucf'), conname""", table));
        List<String> options = list(
                tx, "SELECT unnest(reloptions) FROM pg_class WHERE oid = CAST(:table AS regclass) ORDER BY 1", table);
        List<String> key = list(
                tx,
                "SELECT pg_get_partkeydef(oid) FROM pg_class WHERE oid = CAST(:table AS regclass) AND relkind = 'p'",
                table);
        return "\nCREATE TABLE " + table + " (\n    " + String.join(",\n    ", parts) + "\n)"
                + (key.isEmpty() ? "" : " PARTITION BY " + key.getFirst())
                + (options.isEmpty() ? "" : " WITH (\n    " + String.join(",\n    ", options) + "\n)")
                + ";\n";
    }

    /** Those of constraints and of the partitioned table are left out. */
    private static String indexes(Handle tx, String table) {
        return list(tx, """
                SELECT replace(replace(pg_get_indexdef(indexrelid), ' public.', ' '), ' ON ONLY ', ' ON ') FROM pg_index
                WHERE indrelid = CAST(:table AS regclass)
                    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
                    AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)
                ORDER BY indexrelid::regclass::text""", table).stream().map(index -> index + ";\n").collect(Collectors.joining());
    }

    private static List<String> list(Handle tx, String query) {
        return tx.createQuery(query).mapTo(String.class).list();
    }

    private static List<String> list(Handle tx, String query, String table) {
        return tx.createQuery(query).bind("table", table).mapTo(String.class).list();
    }
}
