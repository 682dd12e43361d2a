package dev.perennial.orders.approvals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.policy.PolicyChanges;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Changes of the policy: with four eyes, they wait for an admin. */
@Singleton
public class PolicyApprovals implements ApprovedAction {
    private final Database database;
    private final PolicyChanges changes;
    private final ApprovalRequests requests;
    private final FourEyes fourEyes;
    private final AccessControl access;

    @Inject
    public PolicyApprovals(
            Database database,
            PolicyChanges changes,
            ApprovalRequests requests,
            FourEyes fourEyes,
            AccessControl access) {
        this.database = database;
        this.changes = changes;
        this.requests = requests;
        this.fourEyes = fourEyes;
        this.access = access;
    }

    /**
     * A change that waits.
     *
     * @param document as it was sent
     * @param basedOn the revision of the policy that it replaces
     */
    record PolicyChangeRequest(JsonNode document, long basedOn) {}

    /** As {@link PolicyChanges#put}. */
    public ChangeResult<PolicyChanges.Outcome> put(Caller caller, JsonNode document, long expected) {
        return fourEyes.ofChange()
                .map(need -> database.inTransaction(tx -> changes.check(tx, document, expected)
                        .<ChangeResult<PolicyChanges.Outcome>>map(ChangeResult.Applied::new)
                        .orElseGet(() -> ChangeResult.of(requests.request(
                                tx,
                                caller,
                                action(),
                                Resource.INSTALLATION,
                                new PolicyChangeRequest(document, expected),
                                need,
                                Optional.empty())))))
                .orElseGet(() -> new ChangeResult.Applied<>(changes.put(caller.principal(), document, expected)));
    }

    @Override
    public Action action() {
        return Action.POLICY_CHANGE;
    }

    @Override
    public Result execute(Handle tx, StoredApproval approval, Caller requester, GivenApproval given, Instant now) {
        PolicyChangeRequest change = approval.request(PolicyChangeRequest.class);
        Optional<Problem> denial = access.denial(tx, requester, action(), Resource.INSTALLATION);
        if (denial.isPresent()) {
            return new Result.Refused(List.of(denial.get()));
        }
        return switch (changes.put(tx, requester.principal(), change.document(), change.basedOn())) {
            case PolicyChanges.Outcome.Stored stored ->
                new Result.Done(Json.write(Map.of("revision", stored.policy().revision())));
            case PolicyChanges.Outcome.Refused refused -> new Result.Refused(refused.problems());
        };
    }
}
