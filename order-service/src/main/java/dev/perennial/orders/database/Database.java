package dev.perennial.orders.database;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
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
import org.postgresql.util.PSQLException;

/** Explicit transactions on the database. */
public final class Database {
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String LOCK_NOT_AVAILABLE = "55P03";
    /** Attempts after unique violations by concurrent transactions; more indicate a defect. */
    private static final int MAX_ATTEMPTS = 5;

    private final Jdbi jdbi;
    private final CommitListener listener;

    public Database(DataSource source, CommitListener listener) {
        this.listener = listener;
        this.jdbi = Jdbi.create(source).installPlugin(new PostgresPlugin());
        // Messages are logged, and must not contain the data of requests.
        jdbi.getConfig(StatementExceptions.class).setMessageRendering(MessageRendering.NONE);
    }

    /**
     * @param work runs again after a unique violation by a concurrent transaction; must have no effect outside
     *     the transaction
     * @throws RetryLater if the database cannot be reached or asks to retry; nothing is committed then
     * @throws JdbiException if the database permanently refuses the statement, which is a defect
     */
    public <T> T inTransaction(Function<Handle, T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                return commit(work);
            } catch (JdbiException e) {
                if (attempt == MAX_ATTEMPTS || !hasState(e, UNIQUE_VIOLATION)) {
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
     * The earlier one of two times: of the clock, and of the database. A clock that is ahead must not make something due
     * for all replicas.
     */
    public static Instant earlierTime(Handle tx, Clock clock) {
        return earlierTime(tx, clock.instant());
    }

    /** @param own time of the clock */
    public static Instant earlierTime(Handle tx, Instant own) {
        Instant database = now(tx);
        return own.isBefore(database) ? own : database;
    }

    /** The later one of two times, of a clock and of the database: a clock that is behind must not extend a time limit. */
    public static Instant laterTime(Handle tx, Instant own) {
        Instant database = now(tx);
        return own.isAfter(database) ? own : database;
    }

    private static Instant now(Handle tx) {
        return tx.createQuery("SELECT now()").mapTo(OffsetDateTime.class).one().toInstant();
    }

    /** A separate connection in autocommit mode, which the caller closes. */
    public Handle open() {
        try {
            return jdbi.open();
        } catch (JdbiException e) {
            throw translated(e);
        }
    }

    /**
     * Returns {@link RetryLater} if the database cannot be reached or asks to retry, otherwise the same exception.
     */
    private static RuntimeException translated(JdbiException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isTransient(sql)) {
                return new RetryLater(
                        Problem.of(
                                ErrorCode.INTERNAL,
                                "the database of the order-service is unavailable; the statement is retried",
                                "SQL state " + sql.getSQLState()),
                        e);
            }
        }
        return e;
    }

    /**
     * Whether only a locked row is the cause: the transaction waited longer than {@code lock_timeout}. The next row may
     * be free.
     */
    public static boolean isLocked(RetryLater failure) {
        return failure.getCause() instanceof JdbiException e && hasState(e, LOCK_NOT_AVAILABLE);
    }

    /** The row for which a transaction waited, if {@link #isLocked}: its table and its {@code ctid}. */
    static String lockedRow(RetryLater failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PSQLException postgres
                    && postgres.getServerErrorMessage() != null
                    && postgres.getServerErrorMessage().getWhere() != null) {
                return postgres.getServerErrorMessage()
                        .getWhere()
                        .lines()
                        .findFirst()
                        .orElse("");
            }
        }
        return "unknown row";
    }

    private static boolean hasState(JdbiException e, String state) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && state.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isTransient(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return e instanceof SQLTransientException
                || e instanceof SQLRecoverableException
                // Agroal reports a timeout of the connection pool without a state.
                || state.isEmpty()
                || state.startsWith("08") // connection
                || state.startsWith("25006") // read-only: a fail-over is under way
                || state.equals("25P03") // the transaction was idle too long, because this process stood still
                || state.startsWith("40") // serialization, deadlock
                || state.startsWith("53") // resources
                || state.startsWith("55") // lock not available
                || state.startsWith("57") // shutdown, cancelled
                || state.startsWith("58"); // I/O of the server
    }
}
