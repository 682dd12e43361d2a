package dev.perennial.orders.approvals;

import dev.perennial.events.ApprovalDecided;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.events.Sha256;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.access.ServiceTokens;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.submission.GivenApproval;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.orders.submission.SubmissionProcessor;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.orders.submission.WaitingSubmission;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.approvals.ApprovalRules;
import dev.perennial.rules.approvals.ApprovalState;
import dev.perennial.rules.approvals.RequestScope;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Lets a request wait for its approval, in the transaction that would otherwise give it its effect. */
@Singleton
public class ApprovalRequests {
    private static final Logger LOG = Logger.getLogger(ApprovalRequests.class);

    private final ServiceTokens tokens;
    private final SubmissionHandler submissions;
    private final ApprovalsConfig config;
    private final Clock clock;

    @Inject
    public ApprovalRequests(ServiceTokens tokens, SubmissionHandler submissions, ApprovalsConfig config, Clock clock) {
        this.tokens = tokens;
        this.submissions = submissions;
        this.config = config;
        this.clock = clock;
    }

    /** The result of a request for an approval. */
    public sealed interface Requested {
        /** @param created whether the same request did not wait before */
        record Waiting(StoredApproval approval, boolean created) implements Requested {}

        record Refused(Problem problem) implements Requested {}
    }

    /**
     * Lets a submission wait if it needs an approval, and refuses one whose approval does not suffice.
     *
     * @param need empty if it needs none
     * @return empty if the submission continues: it needs no approval, or has it
     */
    public <A> Optional<SubmissionResult<A>> waitingOrRefused(
            Handle tx, Submission<?> submission, Action action, RequestScope scope, Optional<ApprovalNeed> need) {
        if (submission.approval().isPresent()) {
            GivenApproval given = submission.approval().get();
            return problem(given, scope, need).map(problem -> new SubmissionResult.Refused<>(List.of(problem)));
        }
        return need.map(it -> switch (request(
                tx,
                submission.caller(),
                action,
                scope,
                submission.body(),
                it,
                Optional.of(WaitingSubmission.of(submission)))) {
            case Requested.Refused refused -> new SubmissionResult.Refused<>(List.of(refused.problem()));
            case Requested.Waiting waiting ->
                new SubmissionResult.Waiting<>(waiting.approval().pending(), waiting.created());
        });
    }

    /** Why an approval does not suffice, for what the request concerns and needs now. */
    public static Optional<Problem> problem(GivenApproval given, RequestScope scope, Optional<ApprovalNeed> need) {
        return scope.beyond(given.scope())
                .map(effect -> Problem.of(
                        ErrorCode.APPROVAL_CONFLICT,
                        "the request concerns " + effect + " now: approval " + given.id()
                                + " was not requested for this; reject it, and send the request again with a new id"))
                .or(() -> need.filter(it -> !ApprovalRules.satisfies(given.by(), it.role(), scope.resource()))
                        .map(it -> Problem.of(
                                ErrorCode.APPROVAL_CONFLICT,
                                "the request requires the role " + it.role().wireName() + " now, by rule " + it.rule()
                                        + "; a principal with this role has to approve it")));
    }

    /**
     * Stores a request until it is decided.
     *
     * @param payload the request, without secrets
     * @param submission absent for a change that is answered directly and has no inbox entry
     */
    public Requested request(
            Handle tx,
            Caller caller,
            Action action,
            Resource resource,
            Object payload,
            ApprovalNeed need,
            Optional<WaitingSubmission> submission) {
        return request(tx, caller, action, RequestScope.of(resource), payload, need, submission);
    }

    /** As the other method, for a request that concerns more than one resource, or has several effects. */
    public Requested request(
            Handle tx,
            Caller caller,
            Action action,
            RequestScope scope,
            Object payload,
            ApprovalNeed need,
            Optional<WaitingSubmission> submission) {
        String json = Json.write(payload);
        Optional<String> token = tokens.idOf(tx, caller.principal());
        // A request whose token was replaced, or that has other effects now, cannot be approved: it is not the same.
        String digest = Sha256.hex(
                action.wireName() + "\n" + token.orElse("") + "\n" + json + "\n" + Json.write(scope.effects()));
        ApprovalTable table = new ApprovalTable(tx);
        table.lock();
        Optional<StoredApproval> same =
                table.waiting(caller.principal().id(), digest).filter(it -> !isOver(tx, it) || !expire(tx, it.id()));
        if (same.isPresent()) {
            renew(table, caller, same.get());
            submission.filter(it -> !it.answered()).ifPresent(it -> publish(tx, same.get(), caller, it));
            return new Requested.Waiting(same.get(), false);
        }
        Optional<Problem> overLimit =
                overLimit(table, action.wireName(), scope.resource().owner());
        if (overLimit.isPresent()) {
            return new Requested.Refused(overLimit.get());
        }
        Instant now = Database.earlierTime(tx, clock);
        StoredApproval approval = new StoredApproval(
                ApprovalId.next(),
                action.wireName(),
                scope,
                requester(caller, token, scope),
                json,
                digest,
                submission,
                submission.flatMap(WaitingSubmission::traceparent),
                Spans.traceId(),
                need.role(),
                need.rule(),
                ApprovalState.WAITING,
                now,
                now.plus(need.expiresAfter()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        table.add(approval);
        new Outbox(tx, clock)
                .append(
                        approval.requested(submission.map(WaitingSubmission::id)),
                        caller.initiator(),
                        approval.traceparent());
        LOG.infof(
                "approval %s: '%s' by %s on %s %s, by rule %s",
                approval.id(),
                approval.action(),
                approval.requester().principal(),
                scope.resource(),
                approval.pending().text(),
                need.rule());
        return new Requested.Waiting(approval, true);
    }

    /** With the rights that concern the request only: a principal can be a member of thousands of owners. */
    private static StoredApproval.Requester requester(Caller caller, Optional<String> token, RequestScope scope) {
        Principal principal = caller.principal().within(scope.resources());
        return new StoredApproval.Requester(
                principal.id(),
                token,
                principal.assigned(),
                principal.configured(),
                principal.memberships(),
                caller.via());
    }

    /**
     * Whether a repetition of a principal waits for an approval: not for that of another service token of the same name. Of a
     * person, the rights of now replace those of the first request.
     */
    public boolean joins(Handle tx, Caller caller, ApprovalId id) {
        ApprovalTable table = new ApprovalTable(tx);
        Optional<StoredApproval> waiting = table.find(id).filter(it -> it.state() == ApprovalState.WAITING);
        Optional<String> token = tokens.idOf(tx, caller.principal());
        if (waiting.filter(it -> !it.requester().token().equals(token)).isPresent()) {
            return false;
        }
        waiting.ifPresent(it -> renew(table, caller, it));
        return true;
    }

    /** If the approval is decided at the moment, the rights of the first request are the ones that count. */
    private static void renew(ApprovalTable table, Caller caller, StoredApproval approval) {
        table.lockIfFree(approval.id())
                .filter(it -> it.state() == ApprovalState.WAITING)
                .ifPresent(it ->
                        table.renew(it.id(), requester(caller, it.requester().token(), it.scope())));
    }

    /** Another submission with the same content gets its own answer. */
    private void publish(Handle tx, StoredApproval approval, Caller caller, WaitingSubmission submission) {
        new Outbox(tx, clock)
                .append(approval.requested(Optional.of(submission.id())), caller.initiator(), submission.traceparent());
    }

    /** Each action has its own limit: requests for certificates that wait do not prevent a revocation. */
    private Optional<Problem> overLimit(ApprovalTable table, String action, Optional<String> owner) {
        if (table.countWaiting(action, owner) >= config.maxWaitingPerOwner()) {
            return Optional.of(tooMany(
                    action,
                    owner.map(it -> "of owner '" + it + "'").orElse("that concern no owner"),
                    config.maxWaitingPerOwner()));
        }
        return table.countWaiting(action) >= config.maxWaiting()
                ? Optional.of(tooMany(action, "of this installation", config.maxWaiting()))
                : Optional.empty();
    }

    private static Problem tooMany(String action, String what, int max) {
        return Problem.of(
                ErrorCode.TOO_MANY_APPROVALS,
                "requests '" + action + "' " + what + " that wait for an approval: " + max
                        + ", the limit; this one has no effect. Send it again when some of them are decided");
    }

    /** By the later one of two clocks: no clock that is behind lets an expired request be approved. */
    boolean isOver(Handle tx, StoredApproval approval) {
        return !Database.laterTime(tx, clock.instant()).isBefore(approval.expiresAt());
    }

    /** @return false if it no longer waits, or another transaction decides about it at the moment */
    boolean expire(Handle tx, ApprovalId id) {
        Optional<StoredApproval> locked =
                new ApprovalTable(tx).lockIfFree(id).filter(it -> it.state() == ApprovalState.WAITING);
        locked.ifPresent(it -> close(
                tx,
                it,
                ApprovalState.EXPIRED,
                Optional.empty(),
                Optional.empty(),
                Problem.of(
                        ErrorCode.APPROVAL_EXPIRED,
                        "approval " + it.id() + " by role " + it.role().wireName()
                                + " was not given until " + it.expiresAt()
                                + "; the request had no effect, send it again with a new id")));
        return locked.isPresent();
    }

    /** Ends an approval without an effect of the request. */
    void close(
            Handle tx,
            StoredApproval approval,
            ApprovalState state,
            Optional<String> by,
            Optional<String> comment,
            Problem problem) {
        decide(tx, approval, state, by, comment, Optional.empty());
        tokens.revokeWaiting(tx, approval.id(), initiator(by).id(), clock.instant());
        approval.submission().ifPresent(it -> {
            if (state == ApprovalState.WITHDRAWN) {
                submissions.withdrawn(tx, it, approval.id());
            } else {
                submissions.notApproved(
                        tx,
                        it,
                        approval.id(),
                        new SubmissionProcessor.Subject(
                                approval.resource().name(), approval.resource().owner()),
                        problem,
                        initiator(by));
            }
        });
    }

    /** Stores and publishes a decision. */
    void decide(
            Handle tx,
            StoredApproval approval,
            ApprovalState state,
            Optional<String> by,
            Optional<String> comment,
            Optional<String> result) {
        new ApprovalTable(tx).decided(approval.id(), state, by, comment, result, clock.instant());
        new Outbox(tx, clock)
                .append(
                        approval.decided(ApprovalDecided.Outcome.valueOf(state.name()), by, comment),
                        initiator(by),
                        approval.traceparent());
        LOG.infof(
                "approval %s is %s%s",
                approval.id(), state, by.map(it -> " by " + it).orElse(""));
    }

    private static Initiator initiator(Optional<String> by) {
        return by.flatMap(Initiator::of).orElse(Outbox.SYSTEM);
    }
}
