package dev.perennial.orders.approvals;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.ApprovalDecided;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.ApprovalRequested;
import dev.perennial.orders.access.AccessInterface;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.submission.PendingApproval;
import dev.perennial.orders.submission.WaitingSubmission;
import dev.perennial.rules.access.ConfiguredGrant;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Membership;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalState;
import dev.perennial.rules.approvals.RequestEffect;
import dev.perennial.rules.approvals.RequestScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code approval}.
 *
 * @param action its name on the wire
 * @param payload the request as JSON; JSON null in a list, and if it was withdrawn or has expired
 * @param scope its effects are absent in a list
 * @param digest of action, service token, payload and effects
 * @param submission absent for a change that has no inbox entry
 * @param rule which requires the approval
 * @param result the answer to the approved request, as JSON; absent in a list
 */
public record StoredApproval(
        ApprovalId id,
        String action,
        RequestScope scope,
        Requester requester,
        String payload,
        String digest,
        Optional<WaitingSubmission> submission,
        Optional<String> traceparent,
        Optional<String> traceId,
        Role role,
        String rule,
        ApprovalState state,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> decidedAt,
        Optional<String> decidedBy,
        Optional<String> comment,
        Optional<String> result) {
    private static final TypeReference<List<RequestEffect>> EFFECTS = new TypeReference<>() {};
    private static final TypeReference<List<Grant>> GRANTS = new TypeReference<>() {};
    private static final TypeReference<List<ConfiguredGrant>> CONFIGURED = new TypeReference<>() {};
    private static final TypeReference<List<Membership>> MEMBERSHIPS = new TypeReference<>() {};

    /**
     * @param principal its id
     * @param token the id of its service token, if it has one
     * @param grants those for the request at its time, as {@link Principal} has them; these lists are empty in a list of approvals
     * @param configured those for the request at its time
     * @param memberships those for the request at its time
     */
    public record Requester(
            String principal,
            Optional<String> token,
            List<Grant> grants,
            List<ConfiguredGrant> configured,
            List<Membership> memberships,
            AccessInterface via) {
        public Requester {
            grants = List.copyOf(grants);
            configured = List.copyOf(configured);
            memberships = List.copyOf(memberships);
        }
    }

    /** That a grant of the approver has to cover. */
    public Resource resource() {
        return scope.resource();
    }

    /** Whether it has the request. */
    public boolean isComplete() {
        return !payload.equals("null");
    }

    public PendingApproval pending() {
        return new PendingApproval(id, role, expiresAt);
    }

    /** @throws UncheckedIOException if the stored request cannot be read */
    public <T> T request(Class<T> type) {
        T request = Json.read(payload, type);
        if (request == null) {
            throw new UncheckedIOException(new IOException("the request is JSON null"));
        }
        return request;
    }

    /** @param requestId of the submission that gets the fact as its answer */
    ApprovalRequested requested(Optional<String> requestId) {
        return new ApprovalRequested(
                id,
                action,
                requestId,
                resource().owner(),
                resource().name(),
                resource().issuer(),
                requester.principal(),
                role.wireName(),
                expiresAt);
    }

    ApprovalDecided decided(ApprovalDecided.Outcome outcome, Optional<String> by, Optional<String> why) {
        return new ApprovalDecided(
                id,
                action,
                submission.map(WaitingSubmission::id),
                resource().owner(),
                resource().name(),
                resource().issuer(),
                requester.principal(),
                role.wireName(),
                outcome,
                by,
                why);
    }

    static StoredApproval of(ResultSet row) throws SQLException {
        Optional<String> traceparent = Columns.optionalText(row, "traceparent");
        return new StoredApproval(
                ApprovalId.of(row.getString("id")),
                row.getString("action"),
                new RequestScope(
                        new Resource(
                                Columns.optionalText(row, "owner"),
                                Columns.optionalText(row, "name"),
                                Columns.optionalText(row, "issuer")),
                        list(row.getString("effects"), EFFECTS)),
                new Requester(
                        row.getString("requester"),
                        Columns.optionalText(row, "requester_token"),
                        list(row.getString("grants"), GRANTS),
                        list(row.getString("configured_grants"), CONFIGURED),
                        list(row.getString("memberships"), MEMBERSHIPS),
                        AccessInterface.valueOf(row.getString("interface"))),
                row.getString("payload"),
                row.getString("digest"),
                submission(row, traceparent),
                traceparent,
                Columns.optionalText(row, "trace_id"),
                Role.valueOf(row.getString("required_role")),
                row.getString("rule"),
                ApprovalState.valueOf(row.getString("state")),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"),
                Columns.optionalInstant(row, "decided_at"),
                Columns.optionalText(row, "decided_by"),
                Columns.optionalText(row, "comment"),
                Columns.optionalText(row, "result"));
    }

    private static Optional<WaitingSubmission> submission(ResultSet row, Optional<String> traceparent)
            throws SQLException {
        String source = row.getString("source");
        return source == null
                ? Optional.empty()
                : Optional.of(new WaitingSubmission(
                        source,
                        row.getString("request_id"),
                        Columns.optionalText(row, "request_digest"),
                        row.getBoolean("answered"),
                        traceparent));
    }

    /** Rights and effects that cannot be read count as none: the request cannot be approved. */
    private static <T> List<T> list(String json, TypeReference<List<T>> type) {
        return Json.readOr(() -> List.copyOf(Json.read(json, type)), List.of());
    }
}
