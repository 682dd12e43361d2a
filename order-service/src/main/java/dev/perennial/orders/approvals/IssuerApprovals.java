package dev.perennial.orders.approvals;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Problem;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.issuer.IssuerChanges;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.approvals.ApprovalRules;
import dev.perennial.rules.approvals.RequestScope;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Changes of issuers over REST: with four eyes, they wait for an admin. The issuers file does not wait. */
@Singleton
public class IssuerApprovals implements ApprovedAction {
    private final Database database;
    private final IssuerChanges changes;
    private final ApprovalRequests requests;
    private final FourEyes fourEyes;
    private final AccessControl access;

    @Inject
    public IssuerApprovals(
            Database database,
            IssuerChanges changes,
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
     * @param settings absent: a deletion
     * @param basedOn the revision of the issuer at the time of the request; 0 if it did not exist
     */
    record IssuerChangeRequest(String issuer, Optional<IssuerSettings> settings, long basedOn) {
        IssuerChangeRequest {
            settings = settings == null ? Optional.empty() : settings;
        }

        /** The issuer, and those to which its orders can be sent too. */
        private Stream<Resource> resources() {
            Stream<String> references = settings.stream()
                    .flatMap(it -> Stream.concat(it.fallbacks().stream(), it.rehearsal().stream()))
                    .filter(ResourceName::isValid);
            return Stream.concat(Stream.of(issuer), references).distinct().map(Resource::issuer);
        }
    }

    /** As {@link IssuerChanges#put}. */
    public ChangeResult<IssuerChanges.Outcome> put(Caller caller, IssuerSettings settings, Optional<Long> expected) {
        return fourEyes.ofChange()
                .map(need -> database.inTransaction(tx -> {
                    changes.lock(tx);
                    return changes.check(tx, settings, expected)
                            .<ChangeResult<IssuerChanges.Outcome>>map(ChangeResult.Applied::new)
                            .orElseGet(() -> request(tx, caller, settings.name(), Optional.of(settings), need));
                }))
                .orElseGet(() -> new ChangeResult.Applied<>(changes.put(caller.initiator(), settings, expected)));
    }

    /** As {@link IssuerChanges#delete}. */
    public ChangeResult<IssuerChanges.Outcome> delete(Caller caller, String name, Optional<Long> expected) {
        return fourEyes.ofChange()
                .map(need -> database.inTransaction(tx -> {
                    changes.lock(tx);
                    return changes.checkDeletion(tx, name, expected)
                            .<ChangeResult<IssuerChanges.Outcome>>map(ChangeResult.Applied::new)
                            .orElseGet(() -> request(tx, caller, name, Optional.empty(), need));
                }))
                .orElseGet(() -> new ChangeResult.Applied<>(changes.delete(name, expected)));
    }

    private ChangeResult<IssuerChanges.Outcome> request(
            Handle tx, Caller caller, String name, Optional<IssuerSettings> settings, ApprovalNeed need) {
        IssuerChangeRequest change = new IssuerChangeRequest(name, settings, changes.revision(tx, name));
        return ChangeResult.of(requests.request(
                tx,
                caller,
                action(),
                RequestScope.of(Resource.issuer(name), change.resources().toList()),
                change,
                need,
                Optional.empty()));
    }

    @Override
    public Action action() {
        return Action.ISSUER_CHANGE;
    }

    @Override
    public Result execute(Handle tx, StoredApproval approval, Caller requester, GivenApproval given, Instant now) {
        IssuerChangeRequest change = approval.request(IssuerChangeRequest.class);
        List<Problem> denials = new ArrayList<>();
        change.resources().forEach(issuer -> {
            access.denial(tx, requester, action(), issuer).ifPresent(denials::add);
            if (!ApprovalRules.satisfies(given.by(), Role.ADMIN, issuer)) {
                denials.add(Problem.of(
                        ErrorCode.APPROVAL_CONFLICT, "the approval requires the role admin for " + issuer + " too"));
            }
        });
        if (!denials.isEmpty()) {
            return new Result.Refused(denials);
        }
        Optional<Long> expected = Optional.of(change.basedOn());
        IssuerChanges.Outcome outcome = change.settings()
                .map(settings -> changes.put(tx, requester.initiator(), settings, expected))
                .orElseGet(() -> changes.delete(tx, change.issuer(), expected));
        return switch (outcome) {
            case IssuerChanges.Stored stored ->
                new Result.Done(Json.write(Map.of("revision", stored.issuer().revision())));
            case IssuerChanges.Deleted deleted -> new Result.Done("{}");
            case IssuerChanges.Refused refused -> new Result.Refused(refused.problems());
        };
    }

    @Override
    public void committed() {
        changes.committed();
    }
}
