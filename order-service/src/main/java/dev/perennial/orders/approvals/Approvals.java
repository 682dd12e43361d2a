package dev.perennial.orders.approvals;

import dev.perennial.events.ApprovalId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.WireText;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ConfiguredRules;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.approvals.ApprovalRules;
import dev.perennial.rules.approvals.ApprovalRules.Relation;
import dev.perennial.rules.approvals.ApprovalState;
import dev.perennial.rules.approvals.ApprovalStateMachine;
import dev.perennial.rules.approvals.ApprovalStateMachine.Command;
import dev.perennial.rules.approvals.ApprovalStateMachine.Move;
import io.quarkus.arc.All;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Decides about waiting requests. The decision and the effect of the request are one transaction. */
@Singleton
public class Approvals {
    private static final Logger LOG = Logger.getLogger(Approvals.class);
    private static final int MAX_COMMENT = 500;

    private final Database database;
    private final AccessControl access;
    private final ServiceTokens tokens;
    private final ApprovalRequests requests;
    private final FourEyes fourEyes;
    private final CurrentPolicy policy;
    private final ConfiguredRules configuration;
    private final List<ApprovedAction> actions;
    private final Clock clock;

    @Inject
    public Approvals(
            Database database,
            AccessControl access,
            ServiceTokens tokens,
            ApprovalRequests requests,
            FourEyes fourEyes,
            CurrentPolicy policy,
            ConfiguredRules configuration,
            @All List<ApprovedAction> actions,
            Clock clock) {
        this.database = database;
        this.access = access;
        this.tokens = tokens;
        this.requests = requests;
        this.fourEyes = fourEyes;
        this.policy = policy;
        this.configuration = configuration;
        this.actions = List.copyOf(actions);
        this.clock = clock;
    }

    /** The result of a decision. */
    public sealed interface Outcome {
        record Decided(StoredApproval approval) implements Outcome {}

        record Denied(Problem problem) implements Outcome {}

        /** Nothing was changed. */
        record Refused(List<Problem> problems) implements Outcome {
            public Refused {
                problems = List.copyOf(problems);
            }
        }

        record Unknown() implements Outcome {}
    }

    /** Approves a request: it has its effect, or still waits if it would be refused now. */
    public Outcome approve(Caller caller, ApprovalId id, Optional<String> comment) {
        Outcome outcome = decide(caller, id, Command.APPROVE, comment);
        if (outcome instanceof Outcome.Decided decided) {
            actions.stream()
                    .filter(it ->
                            it.action().wireName().equals(decided.approval().action()))
                    .forEach(ApprovedAction::committed);
        }
        return outcome;
    }

    public Outcome reject(Caller caller, ApprovalId id, Optional<String> comment) {
        return decide(caller, id, Command.REJECT, comment);
    }

    /** Only the requester withdraws a request; another token of the same name may be that of another person. */
    public Outcome withdraw(Caller caller, ApprovalId id) {
        return database.inTransaction(tx -> new ApprovalTable(tx)
                .lock(id)
                .map(approval -> access.denial(
                                tx, caller, Action.APPROVAL_WITHDRAW, approval.resource(), Optional.of(id.toString()))
                        .<Outcome>map(Outcome.Denied::new)
                        .orElseGet(() -> withdraw(tx, caller.principal(), approval)))
                .orElseGet(Outcome.Unknown::new));
    }

    private Outcome withdraw(Handle tx, Principal principal, StoredApproval approval) {
        boolean requester = approval.requester().principal().equals(principal.id())
                && approval.requester().token().equals(tokens.idOf(tx, principal));
        if (!requester) {
            return conflict(approval, "only its requester may withdraw it; reject it instead");
        }
        return move(tx, approval, Command.WITHDRAW, principal, Optional.empty());
    }

    private Outcome decide(Caller caller, ApprovalId id, Command command, Optional<String> comment) {
        if (comment.filter(text -> text.length() > MAX_COMMENT || !WireText.is(text))
                .isPresent()) {
            return new Outcome.Refused(List.of(Problem.of(
                    ErrorCode.INVALID_FIELD,
                    "field 'comment': at most " + MAX_COMMENT + " characters, without NUL or unpaired surrogates")));
        }
        return database.inTransaction(tx -> new ApprovalTable(tx)
                .lock(id)
                .map(approval -> access.recorded(
                                tx,
                                caller,
                                Action.APPROVAL_DECIDE,
                                approval.resource(),
                                Optional.of(command.name().toLowerCase(Locale.ROOT) + " " + id),
                                decision(tx, caller.principal(), approval))
                        .<Outcome>map(Outcome.Denied::new)
                        .orElseGet(() -> move(tx, approval, command, caller.principal(), comment)))
                .orElseGet(Outcome.Unknown::new));
    }

    private AccessDecision decision(Handle tx, Principal principal, StoredApproval approval) {
        String requester = approval.requester().principal();
        Relation relation = fourEyes.relation(tx, principal.id(), requester);
        return ApprovalRules.mayDecide(principal, relation, approval.role(), approval.resource());
    }

    private Outcome move(
            Handle tx, StoredApproval approval, Command command, Principal principal, Optional<String> comment) {
        boolean again = approval.decidedBy().filter(principal.id()::equals).isPresent();
        return switch (ApprovalStateMachine.on(approval.state(), command, requests.isOver(tx, approval), again)) {
            case Move.Unchanged same -> new Outcome.Decided(approval);
            case Move.Refused refused -> conflict(approval, refused.reason());
            case Move.To to ->
                to.next() == ApprovalState.APPROVED
                        ? execute(tx, approval, principal, comment)
                        : close(tx, approval, to.next(), principal, comment);
        };
    }

    private Outcome close(
            Handle tx, StoredApproval approval, ApprovalState state, Principal by, Optional<String> comment) {
        requests.close(
                tx,
                approval,
                state,
                Optional.of(by.id()),
                comment,
                Problem.of(
                        ErrorCode.APPROVAL_REJECTED,
                        "approval " + approval.id() + " was rejected by " + by.id()
                                + comment.map(text -> ": " + text).orElse("") + "; the request had no effect"));
        return stored(tx, approval.id());
    }

    private Outcome execute(Handle tx, StoredApproval approval, Principal by, Optional<String> comment) {
        Optional<Principal> requester = current(tx, approval.requester());
        if (requester.isEmpty()) {
            return conflict(
                    approval,
                    "the token of the requester, " + approval.requester().principal()
                            + ", is revoked or has expired; reject it");
        }
        return switch (result(tx, approval, requester.get(), by)) {
            case ApprovedAction.Result.Done done -> {
                requests.decide(
                        tx,
                        approval,
                        ApprovalState.APPROVED,
                        Optional.of(by.id()),
                        comment,
                        Optional.of(done.answer()));
                yield stored(tx, approval.id());
            }
            case ApprovedAction.Result.Refused refused -> {
                List<Problem> problems = new ArrayList<>();
                problems.add(problem(
                        approval, "the request would be refused now, and still waits until " + approval.expiresAt()));
                problems.addAll(refused.problems());
                yield new Outcome.Refused(problems);
            }
        };
    }

    private ApprovedAction.Result result(Handle tx, StoredApproval approval, Principal requester, Principal by) {
        ApprovedAction action = actions.stream()
                .filter(it -> it.action().wireName().equals(approval.action()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no request has the action " + approval.action()));
        try {
            return action.execute(
                    tx,
                    approval,
                    new Caller(requester, approval.requester().via()),
                    new GivenApproval(approval.id(), by, approval.scope()),
                    clock.instant());
        } catch (UncheckedIOException e) {
            LOG.errorf(e, "the request of approval %s cannot be read", approval.id());
            return new ApprovedAction.Result.Refused(List.of(
                    Problem.of(ErrorCode.INTERNAL, "the stored request cannot be read; reject it, and send it again")));
        }
    }

    /**
     * A service token as it is now. Other requesters as they were, because their grants follow from claims of their own
     * tokens, but without those by rules that neither the policy nor the configuration contains any more.
     */
    private Optional<Principal> current(Handle tx, StoredApproval.Requester requester) {
        return ServiceTokens.isPrincipal(requester.principal())
                ? requester.token().flatMap(id -> tokens.principalOf(tx, id))
                : Optional.of(new Principal(
                        requester.principal(),
                        requester.grants(),
                        requester.configured().stream()
                                .filter(configuration::contains)
                                .toList(),
                        requester.memberships().stream()
                                .filter(policy.read(tx)::contains)
                                .toList()));
    }

    private static Outcome stored(Handle tx, ApprovalId id) {
        return new Outcome.Decided(new ApprovalTable(tx).find(id).orElseThrow());
    }

    private static Outcome conflict(StoredApproval approval, String reason) {
        return new Outcome.Refused(List.of(problem(approval, reason)));
    }

    private static Problem problem(StoredApproval approval, String reason) {
        return Problem.of(ErrorCode.APPROVAL_CONFLICT, "approval " + approval.id() + ": " + reason);
    }

    /**
     * Records expired approvals, each in its own transaction.
     *
     * @return whether there may be more
     */
    boolean expire() {
        int limit = 100;
        List<ApprovalId> expired =
                database.inTransaction(tx -> new ApprovalTable(tx).expired(Database.earlierTime(tx, clock), limit));
        for (ApprovalId id : expired) {
            database.inTransaction(tx -> requests.expire(tx, id));
        }
        return expired.size() == limit;
    }
}
