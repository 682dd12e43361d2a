package dev.perennial.api;

import java.util.List;
import java.util.Optional;

/**
 * The decision about a request for a certificate.
 *
 * @param allowed whether the request would be accepted, unless another order for the certificate is running
 * @param accessRule the grant that allows the request, or the roles that would
 * @param revision of the policy that decided; absent for a candidate
 * @param problems every reason of a refusal, also of one by access
 * @param issuer where the order would be placed; absent if policy refuses
 * @param rehearsalAt where a first order would be rehearsed
 * @param fallbacks issuers that the settings of the issuer name
 * @param approval for which the request would wait
 */
public record PolicyTestDetail(
        boolean allowed,
        String principal,
        boolean accessAllowed,
        String accessRule,
        Optional<Long> revision,
        List<ProblemSummary> problems,
        Optional<String> issuer,
        Optional<String> rehearsalAt,
        List<FallbackDetail> fallbacks,
        Optional<OwnerApprovalsDetail.ApprovalRule> approval) {
    public PolicyTestDetail {
        revision = Absent.asEmpty(revision);
        problems = Absent.asEmpty(problems);
        issuer = Absent.asEmpty(issuer);
        rehearsalAt = Absent.asEmpty(rehearsalAt);
        fallbacks = Absent.asEmpty(fallbacks);
        approval = Absent.asEmpty(approval);
    }
}
