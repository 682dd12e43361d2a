package dev.perennial.orders.replacement;

import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.replacement.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The table {@code replacement}. */
final class ReplacementTable {
    private static final int PAGE = 100;

    private final Handle tx;

    ReplacementTable(Handle tx) {
        this.tx = tx;
    }

    void add(
            UUID id,
            PlanRequest request,
            String reason,
            int atOnce,
            Instant expiresAt,
            Initiator initiator,
            Instant now) {
        tx.createUpdate("""
                INSERT INTO replacement (id, drill, state, reason, selector, plan, max_concurrent, planned_concurrent, deadline, expires_at,
                    initiator, created_at, updated_at)
                VALUES (:id, :drill, 'PLANNED', :reason, :selector, 'null', :atOnce, :atOnce, :deadline, :expiresAt,
                    :initiator, :now, :now)""")
                .bind("id", id)
                .bind("drill", request.drill())
                .bind("reason", reason)
                .bind("selector", request.selector().description())
                .bind("atOnce", atOnce)
                .bind("deadline", request.deadline().map(Columns::at).orElse(null))
                .bind("expiresAt", Columns.at(expiresAt))
                .bind("initiator", initiator.id())
                .bind("now", Columns.at(now))
                .execute();
    }

    void planned(UUID id, ReplacementPlan plan) {
        tx.createUpdate("UPDATE replacement SET plan = CAST(:plan AS jsonb) WHERE id = :id")
                .bind("plan", Json.write(plan))
                .bind("id", id)
                .execute();
    }

    Optional<StoredReplacement> find(UUID id) {
        return one(id, "");
    }

    Optional<StoredReplacement> lock(UUID id) {
        return one(id, "FOR UPDATE");
    }

    /** Empty if another replica has locked it. */
    Optional<StoredReplacement> lockIfFree(UUID id) {
        return one(id, "FOR UPDATE SKIP LOCKED");
    }

    private Optional<StoredReplacement> one(UUID id, String suffix) {
        return tx.createQuery("SELECT * FROM replacement WHERE id = :id " + suffix)
                .bind("id", id)
                .map((row, context) -> StoredReplacement.of(row))
                .findOne();
    }

    /** All replacements, the newest first, at most a hundred. */
    List<StoredReplacement> all() {
        return tx.createQuery("SELECT * FROM replacement ORDER BY id DESC LIMIT :limit")
                .bind("limit", PAGE)
                .map((row, context) -> StoredReplacement.of(row))
                .list();
    }

    /** The runs that may have work. */
    List<UUID> unfinished() {
        return tx.createQuery("""
                SELECT id FROM replacement WHERE state IN ('RUNNING', 'PAUSED', 'CANCELLED') AND ended_at IS NULL
                ORDER BY id""").mapTo(UUID.class).list();
    }

    void move(UUID id, RunState next, Optional<Problem> pausedFor, Instant now) {
        tx.createUpdate("""
                UPDATE replacement SET state = :state, pause_problem = CAST(:pausedFor AS jsonb), updated_at = :now,
                    approved_at = CASE WHEN :running THEN coalesce(approved_at, :now) ELSE approved_at END,
                    running_since = CASE WHEN :running THEN :now ELSE running_since END
                WHERE id = :id""")
                .bind("state", next.name())
                .bind("running", next == RunState.RUNNING)
                .bind("pausedFor", pausedFor.map(Json::write).orElse(null))
                .bind("now", Columns.at(now))
                .bind("id", id)
                .execute();
    }

    void ended(UUID id, Instant now) {
        tx.createUpdate("UPDATE replacement SET ended_at = :now, updated_at = :now WHERE id = :id")
                .bind("now", Columns.at(now))
                .bind("id", id)
                .execute();
    }

    void throttle(UUID id, int atOnce, Instant now) {
        tx.createUpdate("UPDATE replacement SET max_concurrent = :atOnce, updated_at = :now WHERE id = :id")
                .bind("atOnce", atOnce)
                .bind("now", Columns.at(now))
                .bind("id", id)
                .execute();
    }
}
