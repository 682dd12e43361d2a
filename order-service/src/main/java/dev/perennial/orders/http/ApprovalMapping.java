package dev.perennial.orders.http;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.api.ApprovalDetail;
import dev.perennial.api.ApprovalEffect;
import dev.perennial.api.ApprovalPage;
import dev.perennial.api.ApprovalStatus;
import dev.perennial.api.WaitingApproval;
import dev.perennial.api.WaitingChange;
import dev.perennial.orders.approvals.StoredApproval;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.submission.PendingApproval;
import dev.perennial.rules.approvals.RequestEffect;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Maps approvals to records of the API. */
final class ApprovalMapping {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private ApprovalMapping() {}

    static WaitingApproval waiting(PendingApproval approval) {
        return new WaitingApproval(approval.id(), approval.role().wireName(), approval.expiresAt(), approval.text());
    }

    /** Relative to the application's path. */
    static URI location(PendingApproval approval) {
        return URI.create("approvals/" + approval.id());
    }

    /** The answer to a change that waits. */
    static Response response(PendingApproval approval) {
        return Response.accepted(new WaitingChange(waiting(approval)))
                .location(location(approval))
                .build();
    }

    static ApprovalPage page(List<StoredApproval> rows, int limit) {
        return new ApprovalPage(
                rows.stream().map(row -> detail(row, false)).toList(),
                rows.size() < limit
                        ? Optional.empty()
                        : Optional.of(rows.getLast().id().toString()));
    }

    static ApprovalDetail detail(StoredApproval row) {
        return detail(row, true);
    }

    private static ApprovalDetail detail(StoredApproval row, boolean complete) {
        return new ApprovalDetail(
                row.id(),
                EnumMapping.to(ApprovalStatus.class, row.state()),
                row.action(),
                row.resource().owner(),
                row.resource().name(),
                row.resource().issuer(),
                row.requester().principal(),
                row.role().wireName(),
                row.rule(),
                row.createdAt(),
                row.expiresAt(),
                row.decidedAt(),
                row.decidedBy(),
                row.comment(),
                complete && row.isComplete() ? Optional.of(object(row.payload())) : Optional.empty(),
                row.scope().effects().stream().map(ApprovalMapping::effect).toList(),
                complete ? row.result().map(ApprovalMapping::object) : Optional.empty(),
                row.traceId());
    }

    private static ApprovalEffect effect(RequestEffect effect) {
        return new ApprovalEffect(
                effect.resource().owner(),
                effect.resource().name(),
                effect.resource().issuer(),
                effect.fingerprint(),
                effect.retires());
    }

    /** For people: one that cannot be read is shown as empty. */
    private static Map<String, Object> object(String json) {
        return Json.readOr(() -> Json.read(json, OBJECT), Map.of());
    }
}
