package dev.perennial.orders.issuer.health;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.failover.CaStep;
import dev.perennial.rules.failover.FailoverPolicy;
import dev.perennial.rules.failover.FailureStreak;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The table {@code failing_issuer}. */
final class FailingIssuers {
    private static final Logger LOG = Logger.getLogger(FailingIssuers.class);

    private final Handle tx;

    FailingIssuers(Handle tx) {
        this.tx = tx;
    }

    /**
     * Returns the failing steps by issuer, and locks them until the transaction ends, so that only one replica
     * assigns a probe. A step that another transaction has locked is not waited for: it gets no probe now. Usually
     * empty.
     */
    Map<String, List<FailureStreak>> lock(FailoverPolicy policy, Instant now) {
        Set<List<String>> free = tx.createQuery(
                        "SELECT issuer, step FROM failing_issuer ORDER BY issuer, step FOR UPDATE SKIP LOCKED")
                .map((row, context) -> List.of(row.getString("issuer"), row.getString("step")))
                .set();
        Map<String, List<FailureStreak>> failing = read();
        failing.replaceAll((issuer, steps) -> steps.stream()
                .map(step -> free.contains(List.of(issuer, step.step().name())) ? step : step.unprobed(policy, now))
                .toList());
        return failing;
    }

    /** The failing steps without a lock. */
    Map<String, List<FailureStreak>> read() {
        Map<String, List<FailureStreak>> failing = new HashMap<>();
        tx.createQuery("SELECT * FROM failing_issuer ORDER BY issuer, step")
                .map((row, context) -> Map.entry(row.getString("issuer"), readable(row)))
                .forEach(entry -> entry.getValue()
                        .ifPresent(streak -> failing.computeIfAbsent(entry.getKey(), issuer -> new ArrayList<>())
                                .add(streak)));
        return failing;
    }

    Optional<FailureStreak> lock(String issuer, CaStep step) {
        return tx.createQuery("SELECT * FROM failing_issuer WHERE issuer = :issuer AND step = :step FOR UPDATE")
                .bind("issuer", issuer)
                .bind("step", step.name())
                .map((row, context) -> failing(row))
                .findOne();
    }

    void save(String issuer, FailureStreak failing) {
        tx.createUpdate("""
                INSERT INTO failing_issuer (issuer, step, since, last_at, failures, probes, probe_at, problem)
                VALUES (:issuer, :step, :since, :lastAt, :failures, :probes, :probeAt, CAST(:problem AS jsonb))
                ON CONFLICT (issuer, step) DO UPDATE SET since = excluded.since, last_at = excluded.last_at,
                    failures = excluded.failures, probes = excluded.probes, probe_at = excluded.probe_at,
                    problem = excluded.problem""")
                .bind("issuer", issuer)
                .bind("step", failing.step().name())
                .bind("since", Columns.at(failing.since()))
                .bind("lastAt", Columns.at(failing.lastAt()))
                .bind("failures", failing.failures())
                .bind("probes", failing.probes())
                .bind("probeAt", Columns.at(failing.probeAt()))
                .bind("problem", Json.write(failing.problem()))
                .execute();
    }

    /** @return whether the row existed */
    boolean remove(String issuer, CaStep step) {
        return tx.createUpdate("DELETE FROM failing_issuer WHERE issuer = :issuer AND step = :step")
                        .bind("issuer", issuer)
                        .bind("step", step.name())
                        .execute()
                > 0;
    }

    /** A row that cannot be read counts as absent: orders are then placed at the issuer as usual. */
    private static Optional<FailureStreak> readable(ResultSet row) throws SQLException {
        try {
            return Optional.of(failing(row));
        } catch (RuntimeException e) {
            LOG.warnf(e, "the row of the failing issuer %s cannot be read; delete it", row.getString("issuer"));
            return Optional.empty();
        }
    }

    private static FailureStreak failing(ResultSet row) throws SQLException {
        return new FailureStreak(
                CaStep.valueOf(row.getString("step")),
                Columns.instant(row, "since"),
                Columns.instant(row, "last_at"),
                row.getInt("failures"),
                row.getInt("probes"),
                Columns.instant(row, "probe_at"),
                Json.readProblem(row.getString("problem")));
    }
}
