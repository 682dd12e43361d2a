package dev.perennial.orders.order;

import dev.perennial.events.Problem;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;

/** Describes the problems of a rehearsal as such: which issuer it used, and which was not contacted. Pure. */
final class RehearsalProblems {
    private RehearsalProblems() {}

    /** The same input with described problems. */
    static Input of(StoredOrder rehearsal, Input input) {
        return switch (input) {
            case Input.PlacementRefused it ->
                new Input.PlacementRefused(it.attempt(), described(rehearsal, "was refused", it.problem()));
            case Input.PlacementPostponed it ->
                new Input.PlacementPostponed(
                        it.attempt(), described(rehearsal, "could not be placed yet", it.problem()));
            case Input.Rejected it ->
                new Input.Rejected(
                        it.attempt(),
                        it.problems().stream()
                                .map(problem -> described(rehearsal, "failed during validation", problem))
                                .toList());
            case Input.IssuanceFailed it ->
                new Input.IssuanceFailed(
                        it.attempt(), described(rehearsal, "failed at the issuance", it.problem()), it.finalization());
            case Input.DeploymentFailed it ->
                new Input.DeploymentFailed(
                        it.host(),
                        it.fingerprint(),
                        described(rehearsal, "failed at the dry run on host " + it.host(), it.problem()));
            case Input.RolledBack it -> it;
            case Input.Placed it -> it;
            case Input.Authorized it -> it;
            case Input.Issued it -> it;
            case Input.Deployed it -> it;
            case Input.Rehearsed it -> it;
            case Input.DeadlinePassed it -> it;
            case Input.Withdrawn it -> it;
            case Input.Recovered it -> it;
            case Input.Superseded it -> it;
        };
    }

    /** The same decision: the problem of a missing report is created here and comes with no input. */
    static Decision of(StoredOrder rehearsal, Input input, Decision decision) {
        return input instanceof Input.DeadlinePassed
                        && decision instanceof Decision.Moved moved
                        && moved.next() instanceof OrderState.Due due
                ? new Decision.Moved(
                        new OrderState.Due(
                                due.attempt(),
                                due.dueAt(),
                                due.postponements(),
                                due.lastProblem().map(problem -> described(rehearsal, "was not reported on", problem)),
                                due.earlyReports()),
                        moved.effects())
                : decision;
    }

    private static Problem described(StoredOrder rehearsal, String how, Problem problem) {
        return new Problem(
                problem.code(),
                "the rehearsal at '" + rehearsal.issuer() + "' " + how + ", '"
                        + rehearsal.spec().issuer() + "' was not contacted: " + problem.detail(),
                problem.evidence(),
                problem.nextAttemptAt());
    }
}
