package dev.perennial.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.api.FallbackDetail;
import dev.perennial.api.OwnerApprovalsDetail;
import dev.perennial.api.OwnerPolicyDetail;
import dev.perennial.api.PolicyDetail;
import dev.perennial.api.PolicyDocument;
import dev.perennial.api.PolicyRevisionDetail;
import dev.perennial.api.PolicyTestDetail;
import dev.perennial.events.EventCodec;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.database.UnreadableRowException;
import dev.perennial.orders.policy.StoredPolicy;
import dev.perennial.orders.requests.RequestDryRun;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.requests.Fallback;
import dev.perennial.rules.requests.PolicyDecision;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Maps the policy of the owners to records of the API. */
final class PolicyMapping {
    static final PolicyDetail NONE = new PolicyDetail(0, Optional.empty(), true, new PolicyDocument(null, Map.of()));

    private PolicyMapping() {}

    /** @throws UnreadableRowException if the stored document is not one of a policy */
    static PolicyDetail stored(StoredPolicy policy, String json) {
        try {
            return detail(policy, Json.read(json, JsonNode.class));
        } catch (RuntimeException e) {
            throw new UnreadableRowException("policy_revision", policy.revision(), e);
        }
    }

    static PolicyDetail detail(StoredPolicy policy, JsonNode document) {
        return new PolicyDetail(
                policy.revision(),
                Optional.of(policy.at()),
                true,
                Objects.requireNonNull(EventCodec.mapper().convertValue(document, PolicyDocument.class), "document"));
    }

    /** The policies of these owners only. */
    static PolicyDetail part(PolicyDetail policy, Predicate<String> owner) {
        Map<String, OwnerPolicyDetail> owners = new TreeMap<>(policy.document().owners());
        owners.keySet().removeIf(owner.negate());
        return new PolicyDetail(
                policy.revision(),
                policy.changedAt(),
                false,
                new PolicyDocument(policy.document().otherOwners(), owners));
    }

    static PolicyRevisionDetail revision(StoredPolicy policy) {
        return new PolicyRevisionDetail(policy.revision(), policy.at(), policy.principal(), policy.traceId());
    }

    /** @param revision empty for a candidate */
    static PolicyTestDetail tested(Principal principal, Optional<Long> revision, RequestDryRun.Result result) {
        return new PolicyTestDetail(
                result.problems().isEmpty(),
                principal.id(),
                result.access().isAllowed(),
                result.access().rule(),
                revision,
                result.problems().stream().map(Problems::summary).toList(),
                result.acceptable().map(it -> it.spec().issuer()),
                result.acceptable().flatMap(PolicyDecision.Acceptable::rehearsalAt),
                result.fallbacks().stream().map(PolicyMapping::fallback).toList(),
                result.approval().map(PolicyMapping::approval));
    }

    private static OwnerApprovalsDetail.ApprovalRule approval(ApprovalNeed need) {
        return new OwnerApprovalsDetail.ApprovalRule(
                need.role().wireName(), Optional.of(need.expiresAfter().toString()));
    }

    private static FallbackDetail fallback(Fallback fallback) {
        return new FallbackDetail(fallback.issuer(), fallback.isUsable(), fallback.obstacle());
    }
}
