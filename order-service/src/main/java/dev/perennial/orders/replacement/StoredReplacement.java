package dev.perennial.orders.replacement;

import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.rules.replacement.RunState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of {@code replacement}.
 *
 * @param selector a description of the selector
 * @param plannedAtOnce what the plan shows to the approver
 * @param planExpiresAt the latest time of an approval
 * @param runningSince when it was approved or resumed last
 * @param endedAt when its last order ended
 * @param initiator the principal that planned it
 * @param pausedFor why the run paused automatically
 */
public record StoredReplacement(
        UUID id,
        boolean drill,
        RunState state,
        String reason,
        String selector,
        ReplacementPlan plan,
        int atOnce,
        int plannedAtOnce,
        Optional<Instant> deadline,
        Instant planExpiresAt,
        Optional<Instant> approvedAt,
        Optional<Instant> runningSince,
        Optional<Instant> endedAt,
        Optional<Problem> pausedFor,
        Initiator initiator,
        Instant createdAt) {
    static StoredReplacement of(ResultSet row) throws SQLException {
        return new StoredReplacement(
                row.getObject("id", UUID.class),
                row.getBoolean("drill"),
                RunState.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getString("selector"),
                plan(row.getString("plan")),
                row.getInt("max_concurrent"),
                row.getInt("planned_concurrent"),
                Columns.optionalInstant(row, "deadline"),
                Columns.instant(row, "expires_at"),
                Columns.optionalInstant(row, "approved_at"),
                Columns.optionalInstant(row, "running_since"),
                Columns.optionalInstant(row, "ended_at"),
                Columns.optionalText(row, "pause_problem").map(Json::readProblem),
                Initiator.of(row.getString("initiator")).orElse(Outbox.SYSTEM),
                Columns.instant(row, "created_at"));
    }

    /** The plan is for people only; one that cannot be read does not stop the run. */
    private static ReplacementPlan plan(String json) {
        return Json.readOr(() -> Json.read(json, ReplacementPlan.class), ReplacementPlan.UNREADABLE);
    }
}
