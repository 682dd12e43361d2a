package dev.perennial.bench;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;

/** Query plans of PostgreSQL. */
final class QueryPlan {
    private QueryPlan() {}

    /** The plan of the statement that the order-service sends. All changes are rolled back. */
    static String ofLease(Database database, int round) {
        try (Handle connection = database.open()) {
            connection.begin();
            String[] sent = new String[1];
            listen(connection, context -> sent[0] = context.getRenderedSql());
            Instant now = Instant.now();
            new ScheduledTasks(connection).lease(ScheduledTask.RENEW, round, now.plusSeconds(3600), now);
            connection.rollback();
            connection.begin();
            List<String> plan = connection
                    .createQuery("EXPLAIN (ANALYZE, BUFFERS) " + sent[0])
                    .bind("kind", ScheduledTask.RENEW.name())
                    .bind("limit", round)
                    .bind("now", Columns.at(now))
                    .bind("lease", Columns.at(now.plusSeconds(3600)))
                    .mapTo(String.class)
                    .list();
            connection.rollback();
            return String.join("\n", plan);
        }
    }

    private static void listen(Handle connection, Consumer<StatementContext> listener) {
        connection.getConfig(SqlStatements.class).setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                listener.accept(context);
            }
        });
    }
}
