package dev.perennial.orders.issuer.limits;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.store.DueOrders;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** The table {@code failing_name}. */
public final class FailingNames {
    private static final int PAGE = 1_000;

    private final Handle tx;

    public FailingNames(Handle tx) {
        this.tx = tx;
    }

    /** Counts a failure. */
    public FailingName failed(String issuer, String name, Problem problem, Instant now) {
        return tx.createQuery("""
                INSERT INTO failing_name AS f (issuer, name, failures, failed_at, problem, failed_by_ca)
                VALUES (:issuer, :name, 1, :now, CAST(:problem AS jsonb), :byCa)
                ON CONFLICT (issuer, name) DO UPDATE
                    SET failures = f.failures + 1, failed_at = excluded.failed_at, problem = excluded.problem,
                        failed_by_ca = f.failed_by_ca OR excluded.failed_by_ca
                RETURNING *""")
                .bind("issuer", issuer)
                .bind("name", name)
                .bind("now", Columns.at(now))
                .bind("problem", Json.write(problem))
                .bind("byCa", problem.code() == ErrorCode.CHALLENGE_FAILED)
                .map((row, context) -> of(row))
                .one();
    }

    public void quarantine(String issuer, Collection<String> names, Instant until) {
        tx.createUpdate("""
                UPDATE failing_name SET quarantined_until = :until
                WHERE (issuer, name) IN (SELECT issuer, name FROM failing_name
                                         WHERE issuer = :issuer AND name = ANY(:names) ORDER BY name FOR UPDATE)""")
                .bind("until", Columns.at(until))
                .bind("issuer", issuer)
                .bindArray("names", String.class, List.copyOf(names))
                .execute();
    }

    /** The names among these that are or were in quarantine. */
    public List<FailingName> quarantined(String issuer, Collection<String> names) {
        return tx.createQuery("""
                SELECT * FROM failing_name
                WHERE issuer = :issuer AND name = ANY(:names) AND quarantined_until IS NOT NULL""")
                .bind("issuer", issuer)
                .bindArray("names", String.class, List.copyOf(names))
                .map((row, context) -> of(row))
                .list();
    }

    /** The names in quarantine, those with the latest end first; a thousand at most. */
    public List<FailingName> quarantined() {
        return tx.createQuery("""
                SELECT * FROM failing_name WHERE quarantined_until IS NOT NULL
                ORDER BY quarantined_until DESC LIMIT :limit""")
                .bind("limit", PAGE)
                .map((row, context) -> of(row))
                .list();
    }

    /** The number of names in quarantine by issuer. */
    Map<String, Long> count() {
        return tx.createQuery("""
                SELECT issuer, count(*) AS n FROM failing_name WHERE quarantined_until IS NOT NULL GROUP BY issuer""").reduceRows(new TreeMap<>(), (counts, row) -> {
            counts.put(row.getColumn("issuer", String.class), row.getColumn("n", Long.class));
            return counts;
        });
    }

    /**
     * Removes the failures of the names and releases the orders that wait for them.
     *
     * @return whether any was in quarantine
     */
    boolean remove(String issuer, Collection<String> names, Instant now) {
        boolean freed = tx.createQuery("""
                        DELETE FROM failing_name
                        WHERE (issuer, name) IN (SELECT issuer, name FROM failing_name
                                                 WHERE issuer = :issuer AND name = ANY(:names) ORDER BY name FOR UPDATE)
                        RETURNING quarantined_until IS NOT NULL""")
                .bind("issuer", issuer)
                .bindArray("names", String.class, List.copyOf(names))
                .mapTo(Boolean.class)
                .list()
                .contains(true);
        if (freed) {
            new DueOrders(tx)
                    .releaseFromQuarantine(
                            issuer,
                            names.stream()
                                    .flatMap(name -> Stream.of(name, "*." + name))
                                    .toList(),
                            now);
        }
        return freed;
    }

    private static FailingName of(ResultSet row) throws SQLException {
        return new FailingName(
                row.getString("issuer"),
                row.getString("name"),
                row.getInt("failures"),
                Columns.instant(row, "failed_at"),
                Columns.optionalInstant(row, "quarantined_until"),
                Json.readProblem(row.getString("problem")),
                row.getBoolean("failed_by_ca"));
    }
}
