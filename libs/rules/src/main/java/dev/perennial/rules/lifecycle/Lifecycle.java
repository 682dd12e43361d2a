package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.ErrorCode.Reaction;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Drive;
import dev.perennial.rules.lifecycle.Decision.Effect;
import dev.perennial.rules.lifecycle.Decision.EndRehearsal;
import dev.perennial.rules.lifecycle.Decision.GiveUp;
import dev.perennial.rules.lifecycle.Decision.GoLive;
import dev.perennial.rules.lifecycle.Decision.Ignored;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Refused;
import dev.perennial.rules.lifecycle.Decision.Remind;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of an order's life.
 *
 * @param stepLimit how long validation and issuance together may be silent before the order is driven again
 * @param pauses before it is tried again
 */
public record Lifecycle(Duration stepLimit, RetryPolicy pauses) {
    /** After so many drives of one ACME order without a word, a new attempt is made. */
    static final int MAX_DRIVES = 3;

    /** Say nothing about the ACME order, which the CA may even have finalized: a new one could yield a second certificate. */
    private static final Set<ErrorCode> ORDER_LIVES_ON = EnumSet.of(
            ErrorCode.CA_UNAVAILABLE,
            ErrorCode.CA_RATE_LIMITED,
            ErrorCode.CA_MISBEHAVED,
            ErrorCode.STEP_TIMED_OUT,
            ErrorCode.VAULT_UNAVAILABLE);

    /** @param share from 0 to below 1, another one for each order: see {@link RetryPolicy#spread} */
    public Lifecycle spread(double share) {
        return new Lifecycle(stepLimit, pauses.spread(share));
    }

    /** The state of a new order. */
    public static OrderState begin(Instant now) {
        return new OrderState.Due(1, now, 0, Optional.empty());
    }

    public Decision on(OrderPurpose purpose, OrderState state, Input input, Instant now) {
        return switch (purpose) {
            case LIVE ->
                input instanceof Input.Rehearsed it
                        ? new Refused("host " + it.host() + " made a dry run of a live order")
                        : on(state, input, now);
            case REHEARSAL -> onRehearsal(state, input, now);
            case DRILL -> onDrill(state, input, now);
        };
    }

    /** A rehearsal that leads to nothing, and that nobody waits for: the first failure is its result. */
    private Decision onDrill(OrderState state, Input input, Instant now) {
        Decision asARehearsal = onRehearsal(state, input, now);
        return asARehearsal instanceof Moved moved ? drilled(state.attempt(), moved) : asARehearsal;
    }

    private static Moved drilled(int attempt, Moved moved) {
        return switch (moved.next()) {
            case OrderState.Due it ->
                it.attempt() == attempt
                        ? moved
                        : drillFailed(attempt, it.lastProblem().orElseThrow());
            case OrderState.Undeployed it -> drillFailed(attempt, it.problem());
            case OrderState.Rehearsed it -> over(attempt, it.rollout());
            case OrderState.Placed it -> moved;
            case OrderState.Authorized it -> moved;
            case OrderState.Issued it -> moved;
            case OrderState.Deployed it -> moved;
            case OrderState.Failed it -> moved;
        };
    }

    private static Moved drillFailed(int attempt, Problem problem) {
        return giveUp(attempt, problem).and(new EndRehearsal(attempt));
    }

    /** A rehearsal lives like any other order, until that one would have nothing left to do. */
    private Decision onRehearsal(OrderState state, Input input, Instant now) {
        if (input instanceof Input.Deployed || input instanceof Input.RolledBack) {
            return new Refused("a host says that it went live with what was only to be rehearsed");
        }
        if (input instanceof Input.Superseded || (input instanceof Input.Withdrawn && isIssued(state))) {
            return switch (state) {
                case OrderState.Issued it -> over(it.attempt(), it.rollout());
                case OrderState.Undeployed it -> over(it.attempt(), it.rollout());
                case OrderState.Due it -> new Ignored("it is on its way");
                case OrderState.Placed it -> new Ignored("it is on its way");
                case OrderState.Authorized it -> new Ignored("it is on its way");
                case OrderState.Deployed it -> new Ignored("it is over");
                case OrderState.Rehearsed it -> new Ignored("it is over");
                case OrderState.Failed it -> new Ignored("it is over");
            };
        }
        Decision asALiveOne = on(state, input, now);
        return asALiveOne instanceof Moved moved ? rehearsed(moved) : asALiveOne;
    }

    private static boolean isIssued(OrderState state) {
        return state instanceof OrderState.Issued || state instanceof OrderState.Undeployed;
    }

    private static Decision rehearsed(Moved moved) {
        return switch (moved.next()) {
            case OrderState.Deployed it -> over(it.attempt(), it.rollout(), new GoLive());
            case OrderState.Issued it ->
                it.rollout().isEverywhere() ? over(it.attempt(), it.rollout(), new GoLive()) : moved;
            case OrderState.Failed it -> moved.and(new EndRehearsal(it.attempt()));
            case OrderState.Due it -> moved;
            case OrderState.Placed it -> moved;
            case OrderState.Authorized it -> moved;
            case OrderState.Undeployed it -> moved;
            case OrderState.Rehearsed it -> moved;
        };
    }

    private static Moved over(int attempt, Rollout rollout, Effect... more) {
        return Moved.to(new OrderState.Rehearsed(attempt, rollout), new EndRehearsal(attempt))
                .and(more);
    }

    private Decision on(OrderState state, Input input, Instant now) {
        if (input instanceof Input.OfAttempt fact && fact.attempt() < state.attempt()) {
            return new Ignored("it is about attempt " + fact.attempt() + ", this is attempt " + state.attempt());
        }
        if (input instanceof Input.OfAttempt fact && fact.attempt() > state.attempt()) {
            return new Refused("attempt " + fact.attempt() + " was never made, this is attempt " + state.attempt());
        }
        return switch (state) {
            case OrderState.Due due -> onDue(due, input, now);
            case OrderState.Placed placed -> onPlaced(placed, input, now);
            case OrderState.Authorized authorized -> onAuthorized(authorized, input, now);
            case OrderState.Issued issued -> onRollout(issued, issued.rollout(), issued.watch(), input, now);
            case OrderState.Deployed deployed -> onRollout(deployed, deployed.rollout(), Optional.empty(), input, now);
            case OrderState.Undeployed undeployed ->
                onRollout(undeployed, undeployed.rollout(), undeployed.watch(), input, now);
            case OrderState.Rehearsed rehearsed -> onRehearsed(rehearsed.rollout(), input);
            case OrderState.Failed failed -> onFailed(input);
        };
    }

    private Decision onDue(OrderState.Due due, Input input, Instant now) {
        return switch (input) {
            case Input.Placed it ->
                Moved.to(
                        new OrderState.Placed(due.attempt(), it.acmeOrder(), 0, now.plus(stepLimit), Map.of()),
                        new Drive(due.attempt(), it.acmeOrder()));
            case Input.PlacementRefused it -> giveUp(due.attempt(), it.problem());
            case Input.PlacementPostponed it -> postpone(due, it.problem(), now);
            case Input.Authorized it -> neverPlaced("authorized");
            case Input.Rejected it -> neverPlaced("rejected");
            case Input.Issued it -> neverPlaced("issued");
            case Input.IssuanceFailed it -> neverPlaced("failed to be issued");
            // An agent that catches up may report what an earlier order of this certificate gave it.
            case Input.OfHost it -> new Ignored("nothing of this attempt can be on a host yet");
            case Input.DeadlinePassed it -> new Ignored("it waits to be placed, not for a report");
            case Input.Withdrawn it -> giveUp(due.attempt(), it.problem());
            case Input.Superseded it -> neverSuperseded();
        };
    }

    private Decision onPlaced(OrderState.Placed placed, Input input, Instant now) {
        return switch (input) {
            case Input.Placed it -> new Ignored("it is placed; another lease got there first");
            case Input.PlacementRefused it -> new Ignored("it is placed; another lease got there first");
            case Input.PlacementPostponed it -> new Ignored("it is placed; another lease got there first");
            case Input.Authorized it ->
                Moved.to(new OrderState.Authorized(
                        placed.attempt(), placed.acmeOrder(), 0, now.plus(stepLimit), placed.early()));
            case Input.Rejected it -> attemptFailed(placed.attempt(), worst(it.problems()), now);
            case Input.Issued it -> issued(it, placed.early(), now);
            case Input.IssuanceFailed it ->
                issuanceFailed(
                        new OrderState.Authorized(
                                placed.attempt(),
                                placed.acmeOrder(),
                                placed.drives(),
                                placed.deadline(),
                                placed.early()),
                        it.problem(),
                        now);
            case Input.OfHost it -> Moved.to(placed.with(it.host(), report(it)));
            // The CA may have been asked to issue: what comes of it must find an order that expects it.
            case Input.Withdrawn it -> new Ignored("the CA has it");
            case Input.Superseded it -> neverSuperseded();
            case Input.DeadlinePassed it -> {
                if (now.isBefore(placed.deadline())) {
                    yield new Ignored("the deadline is " + placed.deadline());
                }
                yield mayDrive(placed.acmeOrder(), placed.drives(), now)
                        ? Moved.to(
                                new OrderState.Placed(
                                        placed.attempt(),
                                        placed.acmeOrder(),
                                        placed.drives() + 1,
                                        now.plus(stepLimit),
                                        placed.early()),
                                new Drive(placed.attempt(), placed.acmeOrder()))
                        : attemptFailed(placed.attempt(), timedOut("proof of control", placed.drives()), now);
            }
        };
    }

    private Decision onAuthorized(OrderState.Authorized authorized, Input input, Instant now) {
        return switch (input) {
            case Input.Placed it -> new Ignored("it is past that");
            case Input.PlacementRefused it -> new Ignored("it is past that");
            case Input.PlacementPostponed it -> new Ignored("it is past that");
            case Input.Authorized it -> new Ignored("control is proven already");
            // A second drive may find the order finalized and call it dead. Believing it could yield a second
            // certificate.
            case Input.Rejected it -> new Ignored("control was proven before; the issuance decides");
            case Input.Issued it -> issued(it, authorized.early(), now);
            case Input.IssuanceFailed it -> issuanceFailed(authorized, it.problem(), now);
            case Input.OfHost it -> Moved.to(authorized.with(it.host(), report(it)));
            case Input.Withdrawn it -> new Ignored("the CA has it");
            case Input.Superseded it -> neverSuperseded();
            case Input.DeadlinePassed it -> {
                if (now.isBefore(authorized.deadline())) {
                    yield new Ignored("the deadline is " + authorized.deadline());
                }
                yield mayDrive(authorized.acmeOrder(), authorized.drives(), now)
                        ? Moved.to(
                                new OrderState.Authorized(
                                        authorized.attempt(),
                                        authorized.acmeOrder(),
                                        authorized.drives() + 1,
                                        now.plus(stepLimit),
                                        authorized.early()),
                                new Drive(authorized.attempt(), authorized.acmeOrder()))
                        : attemptFailed(authorized.attempt(), timedOut("issuance", authorized.drives()), now);
            }
        };
    }

    private Decision onRollout(OrderState state, Rollout rollout, Optional<Watch> watch, Input input, Instant now) {
        return switch (input) {
            case Input.Placed it -> new Ignored("it is issued");
            case Input.PlacementRefused it -> new Ignored("it is issued");
            case Input.PlacementPostponed it -> new Ignored("it is issued");
            case Input.Authorized it -> new Ignored("it is issued");
            case Input.Rejected it -> new Ignored("it is issued");
            case Input.Issued it ->
                it.fingerprint().equals(rollout.fingerprint())
                        ? new Ignored("it is issued")
                        : new Refused(second(it, rollout));
            case Input.IssuanceFailed it -> new Ignored("it is issued");
            case Input.OfHost it -> {
                if (!rollout.concerns(it.host(), it.fingerprint())) {
                    yield new Ignored("host " + it.host() + " is no target, or it speaks of another certificate");
                }
                Rollout next = rollout.with(it.host(), report(it));
                yield next.equals(rollout)
                        ? new Ignored("host " + it.host() + " said so before")
                        : Moved.to(next.state(state.attempt(), watch.or(() -> Optional.of(watch(0, now)))));
            }
            case Input.DeadlinePassed it -> remind(state.attempt(), rollout, watch, now);
            case Input.Withdrawn it -> new Ignored("it is issued");
            case Input.Superseded it ->
                watch.isPresent()
                        ? Moved.to(rollout.state(state.attempt(), Optional.empty()))
                        : new Ignored("nobody waits for its hosts");
        };
    }

    /** They may have lost what they heard, or what was copied for them. Nothing is issued again for it. */
    private Decision remind(int attempt, Rollout rollout, Optional<Watch> watch, Instant now) {
        if (watch.isEmpty()) {
            return new Ignored("nobody waits for its hosts");
        }
        return now.isBefore(watch.get().next())
                ? new Ignored("its hosts are told again at " + watch.get().next())
                : Moved.to(
                        rollout.state(attempt, Optional.of(watch(watch.get().reminders() + 1, now))),
                        new Remind(attempt, rollout));
    }

    private Watch watch(int reminders, Instant now) {
        return new Watch(reminders, pauses.deployments().next(reminders + 1, now));
    }

    private static Decision onRehearsed(Rollout rollout, Input input) {
        return input instanceof Input.Issued it && !it.fingerprint().equals(rollout.fingerprint())
                ? new Refused(second(it, rollout))
                : new Ignored("the rehearsal is over");
    }

    private static Decision onFailed(Input input) {
        return switch (input) {
            case Input.Placed it -> new Ignored("it is given up");
            case Input.PlacementRefused it -> new Ignored("it is given up");
            case Input.PlacementPostponed it -> new Ignored("it is given up");
            case Input.Authorized it -> new Ignored("it is given up");
            case Input.Rejected it -> new Ignored("it is given up");
            case Input.Issued it ->
                new Refused("it was given up, and yet a certificate was issued: " + it.fingerprint());
            case Input.IssuanceFailed it -> new Ignored("it is given up");
            case Input.OfHost it -> new Ignored("it is given up");
            case Input.DeadlinePassed it -> new Ignored("it is given up");
            case Input.Withdrawn it -> new Ignored("it is given up");
            case Input.Superseded it -> neverSuperseded();
        };
    }

    private static String second(Input.Issued it, Rollout rollout) {
        return "a second certificate for one attempt: " + it.fingerprint() + " beside " + rollout.fingerprint();
    }

    private Decision issued(Input.Issued it, Map<String, HostReport> early, Instant now) {
        return Moved.to(
                Rollout.begin(it.fingerprint(), it.targets(), early).state(it.attempt(), Optional.of(watch(0, now))));
    }

    private Decision postpone(OrderState.Due due, Problem problem, Instant now) {
        int postponements = due.postponements() + 1;
        Instant next = pauses.postponements().next(postponements, problem, now);
        return Moved.to(new OrderState.Due(due.attempt(), next, postponements, Optional.of(problem.nextAttempt(next))));
    }

    private Decision attemptFailed(int attempt, Problem problem, Instant now) {
        return switch (problem.code().reaction()) {
            case REFUSE -> giveUp(attempt, problem);
            case RETRY -> {
                Instant next = pauses.after(problem).next(attempt, problem, now);
                yield Moved.to(new OrderState.Due(attempt + 1, next, 0, Optional.of(problem.nextAttempt(next))));
            }
        };
    }

    /** The same ACME order is driven again for as long as it may live: what it has cost so far is not lost with it. */
    private Decision issuanceFailed(OrderState.Authorized authorized, Problem problem, Instant now) {
        // One drive is left in any case, for what is reported is not silence.
        int drives = Math.min(authorized.drives(), MAX_DRIVES - 1);
        Instant next = pauses.attempts().next(drives + 1, problem, now);
        boolean livesOn = ORDER_LIVES_ON.contains(problem.code())
                && authorized.acmeOrder().expires().map(next::isBefore).orElse(true);
        return livesOn
                ? Moved.to(new OrderState.Authorized(
                        authorized.attempt(), authorized.acmeOrder(), drives, next, authorized.early()))
                : attemptFailed(authorized.attempt(), problem, now);
    }

    private static Moved giveUp(int attempt, Problem problem) {
        Problem last = new Problem(problem.code(), problem.detail(), problem.evidence(), Optional.empty());
        return Moved.to(new OrderState.Failed(attempt, last), new GiveUp(attempt, last));
    }

    /** The problem that decides: one that needs a person, else the one that has to wait longest. */
    private static Problem worst(List<Problem> problems) {
        return problems.stream()
                .max(Comparator.<Problem, Boolean>comparing(p -> p.code().reaction() == Reaction.REFUSE)
                        .thenComparing(p -> p.nextAttemptAt().orElse(Instant.MIN)))
                .orElseGet(
                        () -> Problem.of(
                                ErrorCode.INTERNAL,
                                "the validation-service rejected the order and named no problem; its log has more under the order's trace id"));
    }

    private static HostReport report(Input.OfHost input) {
        return switch (input) {
            case Input.Deployed it -> new HostReport(it.fingerprint(), Optional.empty());
            case Input.Rehearsed it -> new HostReport(it.fingerprint(), Optional.empty());
            case Input.DeploymentFailed it -> new HostReport(it.fingerprint(), Optional.of(it.problem()));
            case Input.RolledBack it -> new HostReport(it.fingerprint(), Optional.of(it.problem()));
        };
    }

    private static boolean mayDrive(AcmeOrder order, int drives, Instant now) {
        return drives < MAX_DRIVES && order.expires().map(now::isBefore).orElse(true);
    }

    private Problem timedOut(String step, int drives) {
        return Problem.of(
                ErrorCode.STEP_TIMED_OUT,
                "nobody reported on " + step + " within " + stepLimit.toSeconds()
                        + " s; look at the health and the consumer" + " lag of the service whose step it is",
                "sent out " + (drives + 1) + " times" + (drives < MAX_DRIVES ? ", then the CA's order expired" : ""));
    }

    private static Decision neverSuperseded() {
        return new Ignored("a live order keeps its place until it has ended");
    }

    private static Decision neverPlaced(String claim) {
        return new Refused("it was " + claim + " before it was placed");
    }
}
