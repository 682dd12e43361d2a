package dev.perennial.api;

import dev.perennial.events.ApprovalId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request that waits, or waited, for the decision of a second person.
 *
 * @param action for example {@code certificate:request}
 * @param owner absent if the request concerns no owner, or several
 * @param name of the certificate
 * @param requester the principal; it never decides
 * @param role that decides; an admin also may
 * @param rule which requires the approval
 * @param expiresAt the end of the time for the decision
 * @param decidedBy the principal; absent if it expired
 * @param request as it was sent; absent in a list, and if it was withdrawn or has expired
 * @param effects to which the approval is bound; absent where the request is
 * @param result the answer to the approved request; absent in a list
 * @param traceId of the request
 */
public record ApprovalDetail(
        ApprovalId id,
        ApprovalStatus state,
        String action,
        Optional<String> owner,
        Optional<String> name,
        Optional<String> issuer,
        String requester,
        String role,
        String rule,
        Instant createdAt,
        Instant expiresAt,
        Optional<Instant> decidedAt,
        Optional<String> decidedBy,
        Optional<String> comment,
        Optional<Map<String, Object>> request,
        List<ApprovalEffect> effects,
        Optional<Map<String, Object>> result,
        Optional<String> traceId) {
    public ApprovalDetail {
        owner = Absent.asEmpty(owner);
        name = Absent.asEmpty(name);
        issuer = Absent.asEmpty(issuer);
        decidedAt = Absent.asEmpty(decidedAt);
        decidedBy = Absent.asEmpty(decidedBy);
        comment = Absent.asEmpty(comment);
        request = Absent.asEmpty(request);
        effects = Absent.asEmpty(effects);
        result = Absent.asEmpty(result);
        traceId = Absent.asEmpty(traceId);
    }
}
