package dev.perennial.orders.replacement;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.events.Problem;
import dev.perennial.events.Uuids;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.approvals.FourEyes;
import dev.perennial.orders.database.Database;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.ApprovalRules;
import dev.perennial.rules.replacement.RunStateMachine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Plans and shows replacements, and applies the commands of operators. */
@Singleton
public class Replacements {
    private static final Logger LOG = Logger.getLogger(Replacements.class);

    private final Database database;
    private final Planner planner;
    private final ReplacementOverview overview;
    private final ReplacementConfig config;
    private final FourEyes fourEyes;
    private final AccessControl access;
    private final Clock clock;

    @Inject
    public Replacements(
            Database database,
            Planner planner,
            ReplacementOverview overview,
            ReplacementConfig config,
            FourEyes fourEyes,
            AccessControl access,
            Clock clock) {
        this.database = database;
        this.planner = planner;
        this.overview = overview;
        this.config = config;
        this.fourEyes = fourEyes;
        this.access = access;
        this.clock = clock;
    }

    /** The result of a command. */
    public sealed interface Outcome {
        /** The current state. */
        record Stored(ReplacementView replacement) implements Outcome {}

        /** Nothing was changed. */
        record Refused(Problem problem) implements Outcome {}

        record Unknown() implements Outcome {}
    }

    /**
     * Creates a plan; nothing happens before its approval.
     *
     * @param initiator the principal that plans; the orders are created on its behalf
     */
    public Outcome plan(PlanRequest request, Initiator initiator) {
        return database.inTransaction(tx -> plan(tx, request, initiator));
    }

    private Outcome plan(Handle tx, PlanRequest request, Initiator initiator) {
        Instant now = clock.instant();
        UUID id = Uuids.next();
        int atOnce = request.atOnce().orElse(config.maxConcurrent());
        // The items refer to the row, so it is stored first.
        ReplacementTable table = new ReplacementTable(tx);
        table.add(
                id,
                request,
                request.reason().orElse("no reason given"),
                atOnce,
                now.plus(config.approvalTimeout()),
                initiator,
                now);
        int selected = new ReplacementSelection(tx).store(id, request.selector(), config.maxCertificates() + 1, now);
        if (selected == 0) {
            tx.rollback();
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "field 'selector': no current certificate matches: "
                            + request.selector().description());
        }
        if (selected > config.maxCertificates()) {
            tx.rollback();
            return refused(
                    ErrorCode.TOO_LARGE,
                    "more than " + config.maxCertificates()
                            + " certificates match; create several plans, for example by owner or label");
        }
        ReplacementPlan plan = planner.plan(tx, id, request, selected, atOnce, now);
        if (plan.certificates() == 0) {
            tx.rollback();
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "field 'drill': the issuers of all " + plan.selected() + " certificates have no rehearsal issuer");
        }
        table.planned(id, plan);
        LOG.infof(
                "replacement %s is planned: %d certificates, %s",
                id, plan.certificates(), request.selector().description());
        return new Outcome.Stored(overview.of(tx, table.find(id).orElseThrow(), now));
    }

    /** All replacements, the newest first, at most a hundred. */
    public List<ReplacementView> all() {
        return database.inTransaction(tx -> {
            Instant now = clock.instant();
            return new ReplacementTable(tx)
                    .all().stream().map(it -> overview.of(tx, it, now)).toList();
        });
    }

    public Optional<ReplacementView> find(UUID id) {
        return database.inTransaction(
                tx -> new ReplacementTable(tx).find(id).map(it -> overview.of(tx, it, clock.instant())));
    }

    /** Approves a plan. With four eyes, the one who planned it is denied, unless it is a drill, which changes nothing live. */
    public Outcome approve(UUID id, Caller caller) {
        return change(
                id,
                (tx, replacement, now) -> fourEyes.isRequired() && !replacement.drill()
                        ? denial(tx, caller, replacement)
                                .or(() -> apply(tx, replacement, RunStateMachine.Command.APPROVE, now))
                        : apply(tx, replacement, RunStateMachine.Command.APPROVE, now));
    }

    private Optional<Problem> denial(Handle tx, Caller caller, StoredReplacement replacement) {
        AccessDecision decision = ApprovalRules.mayApprovePlan(
                caller.principal(),
                fourEyes.relation(
                        tx, caller.principal().id(), replacement.initiator().id()),
                FourEyes.RULE);
        return decision.isAllowed()
                ? Optional.empty()
                : access.recorded(
                        tx,
                        caller,
                        Action.REPLACEMENT_APPROVE,
                        Resource.INSTALLATION,
                        Optional.of("approve " + replacement.id()),
                        decision);
    }

    /** Applies a command; a repetition has no effect. */
    public Outcome apply(UUID id, RunStateMachine.Command command) {
        return change(id, (tx, replacement, now) -> apply(tx, replacement, command, now));
    }

    private static Optional<Problem> apply(
            Handle tx, StoredReplacement replacement, RunStateMachine.Command command, Instant now) {
        UUID id = replacement.id();
        return switch (RunStateMachine.on(replacement.state(), command, now.isAfter(replacement.planExpiresAt()))) {
            case RunStateMachine.Move.To to -> {
                new ReplacementTable(tx).move(id, to.next(), Optional.empty(), now);
                LOG.infof("command %2$s was applied to replacement %1$s, which is now %3$s", id, command, to.next());
                yield Optional.empty();
            }
            case RunStateMachine.Move.Unchanged same -> Optional.empty();
            case RunStateMachine.Move.Refused no ->
                Optional.of(Problem.of(ErrorCode.REPLACEMENT_CONFLICT, "replacement " + id + ": " + no.reason()));
        };
    }

    /**
     * Changes the number of orders in progress. With four eyes, not above that of the plan: nobody has approved more.
     *
     * @param atOnce a valid number
     */
    public Outcome throttle(UUID id, int atOnce) {
        return change(id, (tx, replacement, now) -> {
            if (fourEyes.isRequired() && !replacement.drill() && atOnce > replacement.plannedAtOnce()) {
                return Optional.of(Problem.of(
                        ErrorCode.REPLACEMENT_CONFLICT,
                        "replacement " + id + " is planned with at most " + replacement.plannedAtOnce()
                                + " orders at the same time; cancel it and create a plan with more (rule "
                                + FourEyes.RULE
                                + ")"));
            }
            new ReplacementTable(tx).throttle(id, atOnce, now);
            return Optional.empty();
        });
    }

    private interface Change {
        /** @return the reason if nothing was changed */
        Optional<Problem> make(Handle tx, StoredReplacement replacement, Instant now);
    }

    private Outcome change(UUID id, Change change) {
        return database.inTransaction(tx -> {
            Instant now = clock.instant();
            ReplacementTable table = new ReplacementTable(tx);
            Optional<StoredReplacement> found = table.lock(id);
            if (found.isEmpty()) {
                return new Outcome.Unknown();
            }
            return change.make(tx, found.get(), now)
                    .<Outcome>map(Outcome.Refused::new)
                    .orElseGet(() ->
                            new Outcome.Stored(overview.of(tx, table.find(id).orElseThrow(), now)));
        });
    }

    /**
     * @param after the last rank of the previous page; -1 for the first page
     * @return empty if the replacement does not exist
     */
    public Optional<List<ReportLine>> report(UUID id, int after, int limit) {
        return database.inTransaction(
                tx -> new ReplacementTable(tx).find(id).map(it -> new ReplacementItems(tx, id).report(after, limit)));
    }

    private static Outcome refused(ErrorCode code, String detail) {
        return new Outcome.Refused(Problem.of(code, detail));
    }
}
