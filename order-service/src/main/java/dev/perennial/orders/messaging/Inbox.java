package dev.perennial.orders.messaging;

import dev.perennial.events.ApprovalId;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Columns;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code inbox}. The source of an entry starts with the topic, because different writers may use the same
 * CloudEvents source and id.
 */
public final class Inbox {
    /**
     * The entry of an earlier delivery.
     *
     * @param type the wire type; empty if the record was unreadable
     */
    public record Earlier(Optional<String> type, Optional<String> digest, Optional<String> answer) {}

    /** The answer that {@code StoredAnswer} writes for a submission that waits. */
    private static final String WAITING =
            "source = :source AND id = :id AND answer #>> '{waitsForApproval,id}' = :approval";

    private final Handle tx;

    public Inbox(Handle tx) {
        this.tx = tx;
    }

    /** @return whether the event is new; waits for a concurrent transaction that records the same event */
    public boolean isNew(CloudEvent event, Instant now) {
        String source = event.type().topic().topicName() + ":" + event.source();
        return isNew(source, event.id(), Optional.of(event.type()), Optional.empty(), now);
    }

    public boolean isNew(String source, String id, Optional<EventType> type, Optional<String> digest, Instant now) {
        return tx.createUpdate("""
                        INSERT INTO inbox (source, id, type, received_at, digest)
                        VALUES (:source, :id, :type, greatest(:now, now()), :digest)
                        ON CONFLICT DO NOTHING""")
                        .bind("source", source)
                        .bind("id", id)
                        .bind("type", type.map(EventType::wireName).orElse(null))
                        .bind("now", Columns.at(now))
                        .bind("digest", digest.orElse(null))
                        .execute()
                == 1;
    }

    /** Stores the answer as JSON, for repetitions. */
    public void answer(String source, String id, String answer) {
        tx.createUpdate("UPDATE inbox SET answer = CAST(:answer AS jsonb) WHERE source = :source AND id = :id")
                .bind("answer", answer)
                .bind("source", source)
                .bind("id", id)
                .execute();
    }

    /** As {@link #answer}, unless the entry does not wait for this approval any more. */
    public void answerWaiting(String source, String id, ApprovalId approval, String answer) {
        tx.createUpdate("UPDATE inbox SET answer = CAST(:answer AS jsonb) WHERE " + WAITING)
                .bind("answer", answer)
                .bind("source", source)
                .bind("id", id)
                .bind("approval", approval.toString())
                .execute();
    }

    /** As {@link #remove}, unless the entry does not wait for this approval any more. */
    public void removeWaiting(String source, String id, ApprovalId approval) {
        tx.createUpdate("DELETE FROM inbox WHERE " + WAITING)
                .bind("source", source)
                .bind("id", id)
                .bind("approval", approval.toString())
                .execute();
    }

    /** Locks the entry until the transaction ends, so that concurrent repetitions are processed one after another. */
    public Earlier earlier(String source, String id) {
        return tx.createQuery("SELECT type, digest, answer FROM inbox WHERE source = :source AND id = :id FOR UPDATE")
                .bind("source", source)
                .bind("id", id)
                .map((row, context) -> new Earlier(
                        Columns.optionalText(row, "type"),
                        Columns.optionalText(row, "digest"),
                        Columns.optionalText(row, "answer")))
                .findOne()
                .orElseThrow(() -> new RetryLater(Problem.of(
                        ErrorCode.INTERNAL, "another transaction has removed the entry of this id; it is retried")));
    }

    /** Removes the entry, so that the same id can be used again. */
    public void remove(String source, String id) {
        tx.createUpdate("DELETE FROM inbox WHERE source = :source AND id = :id")
                .bind("source", source)
                .bind("id", id)
                .execute();
    }

    /** @return the number of removed entries, at most {@code limit} */
    static int purge(Handle tx, Instant before, int limit) {
        return tx.createUpdate("""
                DELETE FROM inbox WHERE (source, id) IN (
                    SELECT source, id FROM inbox WHERE received_at < :before ORDER BY received_at LIMIT :limit)""")
                .bind("before", Columns.at(before))
                .bind("limit", limit)
                .execute();
    }
}
