package dev.perennial.testbed.chaos;

import dev.perennial.testbed.Stack;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Reads the database of the order-service directly. */
final class DatabaseReader {
    private final Stack stack;

    DatabaseReader(Stack stack) {
        this.stack = stack;
    }

    /** First column of every row. */
    List<String> query(String sql) {
        try (Connection connection = stack.postgres().connect()) {
            return query(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not respond", e);
        }
    }

    /** Visits table and text of every value of every row; no byte is lost. */
    void forEachValue(BiConsumer<String, String> visitor) {
        try (Connection connection = stack.postgres().connect()) {
            for (String table : query(connection, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")) {
                visit(connection, table, visitor);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not respond", e);
        }
    }

    private static void visit(Connection connection, String table, BiConsumer<String, String> visitor)
            throws SQLException {
        try (var statement = connection.createStatement();
                // Identifiers cannot be parameters; the name comes from the catalog and is quoted.
                ResultSet rows = statement.executeQuery("SELECT * FROM \"" + table + "\"")) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                for (int i = 1; i <= columns; i++) {
                    visitor.accept("table " + table, text(rows.getObject(i)));
                }
            }
        }
    }

    private static String text(Object value) {
        return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.ISO_8859_1) : String.valueOf(value);
    }

    private static List<String> query(Connection connection, String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
