package dev.perennial.rules.lifecycle;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.ErrorCode.Reaction;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Ignored;
import dev.perennial.rules.lifecycle.Decision.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The rules of an order: maps an input to a legal move of the order's state, or to no move. Rehearsals and drills
 * follow {@link RehearsalLifecycle} and {@link DrillLifecycle}.
 *
 * @param stepTimeout the time limit of validation and of issuance, after which the order is resumed
 * @param retries the intervals between attempts
 */
public record Lifecycle(Duration stepTimeout, RetryPolicy retries) {
    private static final Problem UNUSABLE = Problem.of(
            ErrorCode.CERTIFICATE_MISMATCH,
            "the certificate of the previous order could not be used; automatic orders wait a day after such a"
                    + " certificate; to order at once, run ./perennial renew NAME");

    /** @param share from 0 to below 1, a different one for each order: see {@link RetrySchedule} */
    public Lifecycle withJitter(double share) {
        return new Lifecycle(stepTimeout, retries.withJitter(share));
    }

    /** The state of a new order. */
    public static OrderState begin(Instant now) {
        return new OrderState.Due(1, now, 0, Optional.empty());
    }

    /**
     * The state of a new order of a certificate that had orders before. Unless a person requested it, it begins at the
     * earliest a day after the last certificate that could not be used: the next one is probably as unusable.
     *
     * @param unusableAt when the certificate last got such a certificate
     */
    public static OrderState begin(OrderCause cause, Optional<Instant> unusableAt, Instant now) {
        Optional<Instant> earliest = unusableAt
                .map(at -> Timing.afterUnusable(StoredWait.past(at, now)))
                .filter(at -> !cause.isRequested() && now.isBefore(at));
        return new OrderState.Due(1, earliest.orElse(now), 0, earliest.map(UNUSABLE::nextAttempt));
    }

    /**
     * Whether an order waits only because of a certificate that could not be used. A request of a person ends this
     * wait.
     */
    public static boolean waitsAfterUnusable(OrderState state, Instant now) {
        return state instanceof OrderState.Due due
                && due.lastProblem()
                        .filter(it -> it.code() == ErrorCode.CERTIFICATE_MISMATCH)
                        .flatMap(Problem::nextAttemptAt)
                        .filter(now::isBefore)
                        .isPresent();
    }

    /** The decision in the usual situation. */
    public Decision on(OrderPurpose purpose, OrderState state, Input input, Instant now) {
        return on(purpose, state, input, Situation.USUAL, now);
    }

    public Decision on(OrderPurpose purpose, OrderState state, Input input, Situation situation, Instant now) {
        Timing timing = new Timing(stepTimeout, retries, purpose, situation, now);
        return switch (purpose) {
            case LIVE -> onLive(state, input, timing);
            case REHEARSAL -> RehearsalLifecycle.on(state, input, timing);
            case DRILL -> DrillLifecycle.on(state, input, timing);
        };
    }

    private static Decision onLive(OrderState state, Input input, Timing timing) {
        return input instanceof Input.Rehearsed it
                ? new Refused("host " + it.host() + " reported a dry run of a live order")
                : on(state, input, timing);
    }

    /** The rules that orders of every purpose share. */
    static Decision on(OrderState state, Input input, Timing timing) {
        if (input instanceof Input.OfAttempt fact && fact.attempt() < state.attempt()) {
            return ofEarlierAttempt(state, fact, timing);
        }
        if (input instanceof Input.OfAttempt fact && fact.attempt() > state.attempt()) {
            return new Refused("attempt " + fact.attempt() + " was never made, this is attempt " + state.attempt());
        }
        return switch (state) {
            case OrderState.Due due -> onDue(due, input, timing);
            case OrderState.Placed placed -> onPlaced(placed, input, timing);
            case OrderState.Authorized authorized -> onAuthorized(authorized, input, timing);
            case OrderState.Issued issued ->
                switch (input) {
                    case Input.OfHost it -> issued.hostReported(it, timing);
                    case Input.DeadlinePassed it -> issued.deadlinePassed(timing);
                    case Input.Superseded it -> issued.superseded();
                    case Input.Withdrawn it -> afterIssuance();
                    case Input.Recovered it -> afterIssuance();
                    case Input.OfAttempt it -> afterIssuance(it, issued.rollout());
                };
            case OrderState.Undeployed undeployed ->
                switch (input) {
                    case Input.OfHost it -> undeployed.hostReported(it, timing);
                    case Input.DeadlinePassed it -> undeployed.deadlinePassed(timing);
                    case Input.Superseded it -> undeployed.superseded();
                    case Input.Withdrawn it -> afterIssuance();
                    case Input.Recovered it -> afterIssuance();
                    case Input.OfAttempt it -> afterIssuance(it, undeployed.rollout());
                };
            case OrderState.Deployed deployed ->
                switch (input) {
                    case Input.OfHost it -> deployed.hostReported(it, timing);
                    case Input.DeadlinePassed it -> new Ignored("every host serves it");
                    case Input.Superseded it -> new Ignored("every host serves it");
                    case Input.Withdrawn it -> afterIssuance();
                    case Input.Recovered it -> afterIssuance();
                    case Input.OfAttempt it -> afterIssuance(it, deployed.rollout());
                };
            case OrderState.Rehearsed rehearsed ->
                input instanceof Input.Issued it
                        ? issuedAgain(it, rehearsed.rollout())
                        : new Ignored("it is rehearsed");
            case OrderState.Failed failed ->
                input instanceof Input.Issued it ? issuedForAbandoned(it) : new Ignored("it is abandoned");
        };
    }

    /**
     * The certificate of an earlier attempt is as good as one of this attempt: one intent needs one certificate. The
     * issuance-service stores one bundle for each order, so the hosts install this one.
     */
    private static Decision ofEarlierAttempt(OrderState state, Input.OfAttempt input, Timing timing) {
        if (input instanceof Input.Issued it) {
            switch (state) {
                case OrderState.Due due -> {
                    return due.issued(it.fingerprint(), it.targets(), timing);
                }
                case OrderState.AtTheCa waiting -> {
                    return waiting.issued(it.fingerprint(), it.targets(), timing);
                }
                case OrderState.Issued issued -> {
                    return issuedAgain(it, issued.rollout());
                }
                case OrderState.Deployed deployed -> {
                    return issuedAgain(it, deployed.rollout());
                }
                case OrderState.Undeployed undeployed -> {
                    return issuedAgain(it, undeployed.rollout());
                }
                case OrderState.Rehearsed rehearsed -> {
                    return issuedAgain(it, rehearsed.rollout());
                }
                case OrderState.Failed failed -> {
                    return issuedForAbandoned(it);
                }
            }
        }
        return new Ignored("it is about attempt " + input.attempt() + ", this is attempt " + state.attempt());
    }

    private static Decision onDue(OrderState.Due due, Input input, Timing timing) {
        return switch (input) {
            case Input.Placed it -> due.placed(it.acmeOrder(), timing);
            case Input.PlacementRefused it -> due.placementRefused(it.problem(), timing);
            case Input.PlacementPostponed it -> due.placementPostponed(it.problem(), timing);
            case Input.Withdrawn it -> due.withdrawn(it.problem());
            case Input.Recovered it -> due.recovered(it.acmeOrder(), timing);
            case Input.Authorized it -> notPlaced("authorized");
            case Input.Rejected it -> notPlaced("rejected");
            case Input.Issued it -> notPlaced("issued");
            case Input.IssuanceFailed it -> notPlaced("reported as failed at the issuance");
            case Input.OfHost it ->
                // An agent that catches up may report on a certificate of an earlier order.
                due.attempt() == 1
                        ? new Ignored("no host can have a certificate of this order yet")
                        : due.hostReported(it.host(), it.report());
            case Input.DeadlinePassed it -> new Ignored("it waits to be placed, not for a report");
            case Input.Superseded it -> notSuperseded();
        };
    }

    private static Decision onPlaced(OrderState.Placed placed, Input input, Timing timing) {
        return switch (input) {
            case Input.Authorized it -> placed.authorized(timing);
            case Input.Rejected it -> placed.rejected(decisive(it.problems()), timing);
            case Input.Issued it -> placed.issued(it.fingerprint(), it.targets(), timing);
            case Input.IssuanceFailed it -> placed.issuanceFailed(it.problem(), it.finalization(), timing);
            case Input.OfHost it -> placed.hostReported(it.host(), it.report());
            case Input.DeadlinePassed it -> placed.deadlinePassed(timing);
            case Input.Placed it -> placedAlready();
            case Input.PlacementRefused it -> placedAlready();
            case Input.PlacementPostponed it -> placedAlready();
            case Input.Withdrawn it -> atTheCa();
            case Input.Recovered it -> notDue();
            case Input.Superseded it -> notSuperseded();
        };
    }

    private static Decision onAuthorized(OrderState.Authorized authorized, Input input, Timing timing) {
        return switch (input) {
            case Input.Issued it -> authorized.issued(it.fingerprint(), it.targets(), timing);
            case Input.IssuanceFailed it -> authorized.issuanceFailed(it.problem(), it.finalization(), timing);
            case Input.OfHost it -> authorized.hostReported(it.host(), it.report());
            case Input.DeadlinePassed it -> authorized.deadlinePassed(timing);
            case Input.Placed it -> placedAlready();
            case Input.PlacementRefused it -> placedAlready();
            case Input.PlacementPostponed it -> placedAlready();
            case Input.Authorized it -> new Ignored("it is authorized");
            case Input.Rejected it -> authorized.rejected(decisive(it.problems()), timing);
            case Input.Withdrawn it -> atTheCa();
            case Input.Recovered it -> notDue();
            case Input.Superseded it -> notSuperseded();
        };
    }

    private static Decision afterIssuance(Input.OfAttempt input, Rollout rollout) {
        return input instanceof Input.Issued it ? issuedAgain(it, rollout) : afterIssuance();
    }

    private static Decision afterIssuance() {
        return new Ignored("it is issued");
    }

    private static Decision issuedAgain(Input.Issued input, Rollout rollout) {
        return input.fingerprint().equals(rollout.fingerprint())
                ? new Ignored("it is issued")
                : new Refused("a second certificate was issued for one attempt: " + input.fingerprint() + " beside "
                        + rollout.fingerprint());
    }

    private static Decision issuedForAbandoned(Input.Issued input) {
        return new Refused("a certificate was issued for an abandoned order: " + input.fingerprint());
    }

    private static Decision placedAlready() {
        return new Ignored("it is placed already, by another lease");
    }

    /** The CA may already issue the certificate, and an order must expect it. */
    private static Decision atTheCa() {
        return new Ignored("the CA has the order");
    }

    /** Before it finalizes, the issuance-service asks the CA that was left. */
    private static Decision notDue() {
        return new Ignored("another attempt is in progress");
    }

    private static Decision notSuperseded() {
        return new Ignored("an order that is in flight is not superseded");
    }

    private static Decision notPlaced(String claim) {
        return new Refused("it was " + claim + " before it was placed");
    }

    /** The decisive problem: one that a retry cannot solve, otherwise the one with the longest wait. */
    public static Problem decisive(List<Problem> problems) {
        return problems.stream()
                .max(Comparator.<Problem, Boolean>comparing(p -> p.code().reaction() == Reaction.REFUSE)
                        .thenComparing(p -> p.nextAttemptAt().orElse(Instant.MIN)))
                .orElseGet(
                        () -> Problem.of(
                                ErrorCode.INTERNAL,
                                "the validation-service rejected the order and named no problem; search its log for the order's trace id"));
    }
}
