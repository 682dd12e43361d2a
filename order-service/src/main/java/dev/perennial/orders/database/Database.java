package dev.perennial.orders.database;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.postgres.PostgresPlugin;

/** Transactions, each of them explicit. */
public final class Database {
    private static final String UNIQUE_VIOLATION = "23505";

    private final Jdbi jdbi;

    public Database(DataSource source) {
        this.jdbi = Jdbi.create(source).installPlugin(new PostgresPlugin());
        // Messages end in logs; what people asked for does not belong there.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /** @throws RetryLater where the database cannot be reached or asks to try again; nothing is committed then */
    public <T> T inTransaction(Function<Handle, T> work) {
        try {
            return jdbi.<T, RuntimeException>inTransaction(work::apply);
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    /** A connection of its own in autocommit mode, for as long as the caller wants; to be closed by the caller. */
    public Handle open() {
        try {
            return jdbi.open();
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    private static RuntimeException translated(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && worthAnotherTry(sql)) {
                return new RetryLater(
                        Problem.of(
                                ErrorCode.INTERNAL,
                                "the database cannot do it now (SQL state " + sql.getSQLState() + ")"),
                        e);
            }
        }
        return e;
    }

    private static boolean worthAnotherTry(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                // Agroal reports a pool that gave up waiting without a state.
                || state.isEmpty()
                // A row that somebody else inserted at the same moment: the next try will see it.
                || state.equals(UNIQUE_VIOLATION)
                || state.startsWith("08") // connection
                || state.startsWith("25006") // read-only: a fail-over is under way
                || state.startsWith("40") // serialization, deadlock
                || state.startsWith("53") // resources
                || state.startsWith("55") // lock not available
                || state.startsWith("57") // shutdown, cancelled
                || state.startsWith("58"); // I/O of the server
    }
}
