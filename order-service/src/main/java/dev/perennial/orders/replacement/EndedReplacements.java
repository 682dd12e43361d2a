package dev.perennial.orders.replacement;

import dev.perennial.orders.database.Columns;
import dev.perennial.rules.replacement.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** The rows of {@code replacement} and {@code replacement_item} whose retention may be over. */
public final class EndedReplacements {
    private final Handle tx;

    public EndedReplacements(Handle tx) {
        this.tx = tx;
    }

    /** @param expiresAt the end of the time in which it can be approved */
    public record Row(UUID id, RunState state, Instant expiresAt, Optional<Instant> endedAt) {}

    /** The number of deleted rows. */
    public record Deleted(int replacements, int items) {}

    public List<Row> find(UUID after, int limit) {
        return tx.createQuery("""
                SELECT id, state, expires_at, ended_at FROM replacement WHERE id > :after ORDER BY id LIMIT :limit""")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new Row(
                        UUID.fromString(row.getString("id")),
                        RunState.valueOf(row.getString("state")),
                        Columns.instant(row, "expires_at"),
                        Columns.optionalInstant(row, "ended_at")))
                .list();
    }

    /** When the oldest replacement was planned; UUIDv7 sort by time. */
    public Optional<Instant> oldest() {
        return tx.createQuery("SELECT created_at FROM replacement ORDER BY id LIMIT 1")
                .map((row, context) -> Columns.instant(row, "created_at"))
                .findFirst();
    }

    /** Deletes up to {@code limit} items, the last ones first, and the replacement with its last item. */
    public Deleted delete(Row row, int limit) {
        boolean locked = tx.createQuery(
                        "SELECT id FROM replacement WHERE id = :id AND state = :state FOR UPDATE SKIP LOCKED")
                .bind("id", row.id())
                .bind("state", row.state().name())
                .mapTo(UUID.class)
                .findOne()
                .isPresent();
        if (!locked) {
            return new Deleted(0, 0);
        }
        int items =
                tx.createUpdate("""
                DELETE FROM replacement_item WHERE (replacement_id, rank) IN (
                    SELECT replacement_id, rank FROM replacement_item
                    WHERE replacement_id = :id ORDER BY rank DESC LIMIT :limit)""").bind("id", row.id()).bind("limit", limit).execute();
        int replacements = items == limit
                ? 0
                : tx.createUpdate("DELETE FROM replacement WHERE id = :id")
                        .bind("id", row.id())
                        .execute();
        return new Deleted(replacements, items);
    }
}
