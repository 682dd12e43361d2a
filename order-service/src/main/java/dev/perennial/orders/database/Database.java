package dev.perennial.orders.database;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.EnumSet;
import java.util.Set;
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
    /** How often a row that somebody else inserted at the same moment is looked for again before it is a defect. */
    private static final int RACES = 5;

    private final Jdbi jdbi;
    private final CommitListener listener;

    public Database(DataSource source, CommitListener listener) {
        this.listener = listener;
        this.jdbi = Jdbi.create(source).installPlugin(new PostgresPlugin());
        // Messages end in logs; what people asked for does not belong there.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /**
     * @param work is run again where it lost a race for a row; it must do nothing outside the transaction
     * @throws RetryLater where the database cannot be reached or asks to try again; nothing is committed then
     * @throws JdbiException where it refuses for good what it was given: a defect, which no waiting mends
     */
    public <T> T inTransaction(Function<Handle, T> work) {
        for (int race = 1; ; race++) {
            try {
                return commit(work);
            } catch (JdbiException e) {
                if (race == RACES || !isUniqueViolation(e)) {
                    throw translated(e);
                }
            }
        }
    }

    private <T> T commit(Function<Handle, T> work) {
        Set<Change> changes = EnumSet.noneOf(Change.class);
        T result = jdbi.<T, RuntimeException>inTransaction(tx -> {
            T value = work.apply(tx);
            changes.addAll(tx.getConfig(AnnouncedChanges.class).get());
            return value;
        });
        changes.forEach(listener::committed);
        return result;
    }

    /**
     * A connection of its own in autocommit mode, for as long as the caller wants; to be closed by the caller. What goes wrong on it is
     * {@link #translated} by him.
     */
    public Handle open() {
        try {
            return jdbi.open();
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    /** {@link RetryLater} where the database cannot be reached or asks to try again, otherwise the same. */
    public static RuntimeException translated(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && worthAnotherTry(sql)) {
                return new RetryLater(
                        Problem.of(
                                ErrorCode.INTERNAL,
                                "the order-service's database does not answer, or cannot do it now; it is asked again",
                                "SQL state " + sql.getSQLState()),
                        e);
            }
        }
        return e;
    }

    private static boolean isUniqueViolation(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && UNIQUE_VIOLATION.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static boolean worthAnotherTry(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                // Agroal reports a pool that gave up waiting without a state.
                || state.isEmpty()
                || state.startsWith("08") // connection
                || state.startsWith("25006") // read-only: a fail-over is under way
                || state.startsWith("40") // serialization, deadlock
                || state.startsWith("53") // resources
                || state.startsWith("55") // lock not available
                || state.startsWith("57") // shutdown, cancelled
                || state.startsWith("58"); // I/O of the server
    }
}
