package dev.perennial.orders.approvals;

import dev.perennial.events.ApprovalId;
import dev.perennial.orders.access.GrantCondition;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.submission.WaitingSubmission;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.approvals.ApprovalState;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** The table {@code approval}. */
public final class ApprovalTable {
    /** Without the columns that can be large: the request, its effects, the rights of the requester and the answer. */
    private static final String SUMMARY = """
            id, action, owner, name, issuer, requester, requester_token, interface,
            CAST('[]' AS jsonb) AS grants, CAST('[]' AS jsonb) AS configured_grants, CAST('[]' AS jsonb) AS memberships,
            CAST('null' AS jsonb) AS payload, CAST('[]' AS jsonb) AS effects,
            digest, source, request_id, request_digest, answered, traceparent, trace_id, required_role, rule, state,
            created_at, expires_at, decided_at, decided_by, comment, CAST(NULL AS jsonb) AS result""";

    private final Handle tx;

    public ApprovalTable(Handle tx) {
        this.tx = tx;
    }

    /** Until the transaction ends, no other one adds a row. */
    void lock() {
        tx.execute("SELECT pg_advisory_xact_lock(hashtextextended('approvals', 0))");
    }

    void add(StoredApproval approval) {
        tx.createUpdate("""
                INSERT INTO approval (id, action, owner, name, issuer, requester, requester_token, grants,
                    configured_grants, memberships, interface, payload, effects,
                    digest, source, request_id, request_digest, answered, traceparent, trace_id, required_role, rule, state,
                    created_at, expires_at)
                VALUES (:id, :action, :owner, :name, :issuer, :requester, :token, CAST(:grants AS jsonb),
                    CAST(:configured AS jsonb), CAST(:memberships AS jsonb), :via,
                    CAST(:payload AS jsonb), CAST(:effects AS jsonb), :digest, :source, :requestId, :requestDigest, :answered, :traceparent, :traceId,
                    :role, :rule, :state, :createdAt, :expiresAt)""")
                .bind("id", approval.id().value())
                .bind("action", approval.action())
                .bind("owner", approval.resource().owner().orElse(null))
                .bind("name", approval.resource().name().orElse(null))
                .bind("issuer", approval.resource().issuer().orElse(null))
                .bind("requester", approval.requester().principal())
                .bind("token", approval.requester().token().orElse(null))
                .bind("grants", Json.write(approval.requester().grants()))
                .bind("configured", Json.write(approval.requester().configured()))
                .bind("memberships", Json.write(approval.requester().memberships()))
                .bind("via", approval.requester().via().name())
                .bind("payload", approval.payload())
                .bind("effects", Json.write(approval.scope().effects()))
                .bind("digest", approval.digest())
                .bind(
                        "source",
                        approval.submission().map(WaitingSubmission::source).orElse(null))
                .bind(
                        "requestId",
                        approval.submission().map(WaitingSubmission::id).orElse(null))
                .bind(
                        "requestDigest",
                        approval.submission().flatMap(WaitingSubmission::digest).orElse(null))
                .bind(
                        "answered",
                        approval.submission().map(WaitingSubmission::answered).orElse(true))
                .bind("traceparent", approval.traceparent().orElse(null))
                .bind("traceId", approval.traceId().orElse(null))
                .bind("role", approval.role().name())
                .bind("rule", approval.rule())
                .bind("state", approval.state().name())
                .bind("createdAt", Columns.at(approval.createdAt()))
                .bind("expiresAt", Columns.at(approval.expiresAt()))
                .execute();
    }

    /** The same request of the same requester that waits. */
    Optional<StoredApproval> waiting(String requester, String digest) {
        return tx.createQuery(
                        "SELECT * FROM approval WHERE requester = :requester AND digest = :digest AND state = 'WAITING'")
                .bind("requester", requester)
                .bind("digest", digest)
                .map((row, context) -> StoredApproval.of(row))
                .findOne();
    }

    /** The number of waiting requests of an action that concern an owner, or no owner. */
    int countWaiting(String action, Optional<String> owner) {
        return tx.createQuery("""
                SELECT count(*) FROM approval
                WHERE state = 'WAITING' AND action = :action AND owner IS NOT DISTINCT FROM :owner""")
                .bind("action", action)
                .bind("owner", owner.orElse(null))
                .mapTo(Integer.class)
                .one();
    }

    /** The number of all waiting requests. */
    int countWaiting() {
        return tx.createQuery("SELECT count(*) FROM approval WHERE state = 'WAITING'")
                .mapTo(Integer.class)
                .one();
    }

    int countWaiting(String action) {
        return tx.createQuery("SELECT count(*) FROM approval WHERE state = 'WAITING' AND action = :action")
                .bind("action", action)
                .mapTo(Integer.class)
                .one();
    }

    public Optional<StoredApproval> find(ApprovalId id) {
        return one(id, "");
    }

    Optional<StoredApproval> lock(ApprovalId id) {
        return one(id, " FOR UPDATE");
    }

    /** Empty if another transaction has locked it. */
    Optional<StoredApproval> lockIfFree(ApprovalId id) {
        return one(id, " FOR UPDATE SKIP LOCKED");
    }

    private Optional<StoredApproval> one(ApprovalId id, String suffix) {
        return tx.createQuery("SELECT * FROM approval WHERE id = :id" + suffix)
                .bind("id", id.value())
                .map((row, context) -> StoredApproval.of(row))
                .findOne();
    }

    /** Waiting requests whose time is over. */
    List<ApprovalId> expired(Instant now, int limit) {
        return tx.createQuery(
                        "SELECT id FROM approval WHERE state = 'WAITING' AND expires_at <= :now ORDER BY expires_at LIMIT :limit")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .map((row, context) -> ApprovalId.of(row.getString("id")))
                .list();
    }

    /** Replaces the rights of the requester. */
    void renew(ApprovalId id, StoredApproval.Requester requester) {
        tx.createUpdate("""
                UPDATE approval SET grants = CAST(:grants AS jsonb), configured_grants = CAST(:configured AS jsonb),
                    memberships = CAST(:memberships AS jsonb)
                WHERE id = :id""")
                .bind("grants", Json.write(requester.grants()))
                .bind("configured", Json.write(requester.configured()))
                .bind("memberships", Json.write(requester.memberships()))
                .bind("id", id.value())
                .execute();
    }

    /** Of a request that was withdrawn or has expired, neither the content nor the rights are kept. */
    void decided(
            ApprovalId id,
            ApprovalState state,
            Optional<String> by,
            Optional<String> comment,
            Optional<String> result,
            Instant now) {
        tx.createUpdate("""
                UPDATE approval SET state = :state, decided_at = :now, decided_by = :by, comment = :comment,
                    result = CAST(:result AS jsonb),
                    payload = CASE WHEN :undecided THEN 'null' ELSE payload END,
                    effects = CASE WHEN :undecided THEN '[]' ELSE effects END,
                    grants = CASE WHEN :undecided THEN '[]' ELSE grants END,
                    configured_grants = CASE WHEN :undecided THEN '[]' ELSE configured_grants END,
                    memberships = CASE WHEN :undecided THEN '[]' ELSE memberships END
                WHERE id = :id""")
                .bind("undecided", state == ApprovalState.WITHDRAWN || state == ApprovalState.EXPIRED)
                .bind("state", state.name())
                .bind("now", Columns.at(now))
                .bind("by", by.orElse(null))
                .bind("comment", comment.orElse(null))
                .bind("result", result.orElse(null))
                .bind("id", id.value())
                .execute();
    }

    /**
     * The newest first, without the requests, the rights of the requesters and the answers.
     *
     * @param before only older ones
     * @param readable only those with a resource that one of these grants covers
     */
    public List<StoredApproval> find(
            Optional<ApprovalState> state, Optional<ApprovalId> before, List<Grant> readable, int limit) {
        GrantCondition covered = GrantCondition.of(readable, "a");
        Query query = tx.createQuery("SELECT " + SUMMARY + " FROM approval a WHERE " + covered.sql()
                        + (state.isPresent() ? " AND state = :state" : "")
                        + (before.isPresent() ? " AND id < :before" : "") + " ORDER BY id DESC LIMIT :limit")
                .bindMap(covered.values())
                .bind("limit", limit);
        state.ifPresent(it -> query.bind("state", it.name()));
        before.ifPresent(it -> query.bind("before", it.value()));
        return query.map((row, context) -> StoredApproval.of(row)).list();
    }

    /**
     * Approvals that ended, in the order of their ids.
     *
     * @param before of those that were decided
     * @param undecidedBefore of those that were withdrawn or have expired
     */
    public List<UUID> ended(Instant before, Instant undecidedBefore, UUID after, int limit) {
        return tx.createQuery("""
                SELECT id FROM approval
                WHERE (decided_at < :before OR decided_at < :undecidedBefore AND state IN ('WITHDRAWN', 'EXPIRED'))
                    AND id > :after ORDER BY id LIMIT :limit""")
                .bind("before", Columns.at(before))
                .bind("undecidedBefore", Columns.at(undecidedBefore))
                .bind("after", after)
                .bind("limit", limit)
                .mapTo(UUID.class)
                .list();
    }

    public int delete(Collection<UUID> ids) {
        return tx.createUpdate("DELETE FROM approval WHERE id = ANY (:ids) AND decided_at IS NOT NULL")
                .bindArray("ids", UUID.class, ids.toArray())
                .execute();
    }
}
