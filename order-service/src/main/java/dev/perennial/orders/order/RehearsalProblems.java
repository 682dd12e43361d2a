package dev.perennial.orders.order;

import dev.perennial.events.Problem;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;

/** Problems of a rehearsal, so that whoever reads one knows what it was about, and what was not touched. Pure. */
final class RehearsalProblems {
    private RehearsalProblems() {}

    /** The same input, its problems in these words. */
    static Input of(StoredOrder rehearsal, Input input) {
        return switch (input) {
            case Input.PlacementRefused it ->
                new Input.PlacementRefused(it.attempt(), told(rehearsal, "was refused", it.problem()));
            case Input.PlacementPostponed it ->
                new Input.PlacementPostponed(it.attempt(), told(rehearsal, "could not be placed yet", it.problem()));
            case Input.Rejected it ->
                new Input.Rejected(
                        it.attempt(),
                        it.problems().stream()
                                .map(problem -> told(rehearsal, "failed at the proof of control", problem))
                                .toList());
            case Input.IssuanceFailed it ->
                new Input.IssuanceFailed(it.attempt(), told(rehearsal, "failed at the issuance", it.problem()));
            case Input.DeploymentFailed it ->
                new Input.DeploymentFailed(
                        it.host(),
                        it.fingerprint(),
                        told(rehearsal, "failed at the dry run on host " + it.host(), it.problem()));
            case Input.RolledBack it -> it;
            case Input.Placed it -> it;
            case Input.Authorized it -> it;
            case Input.Issued it -> it;
            case Input.Deployed it -> it;
            case Input.Rehearsed it -> it;
            case Input.DeadlinePassed it -> it;
            case Input.Withdrawn it -> it;
            case Input.Superseded it -> it;
        };
    }

    /** The same decision: that nobody reported is found out here, and comes with no input. */
    static Decision of(StoredOrder rehearsal, Input input, Decision decision) {
        return input instanceof Input.DeadlinePassed
                        && decision instanceof Decision.Moved moved
                        && moved.next() instanceof OrderState.Due due
                ? new Decision.Moved(
                        new OrderState.Due(
                                due.attempt(),
                                due.dueAt(),
                                due.postponements(),
                                due.lastProblem().map(problem -> told(rehearsal, "was not heard of", problem))),
                        moved.effects())
                : decision;
    }

    private static Problem told(StoredOrder rehearsal, String how, Problem problem) {
        return new Problem(
                problem.code(),
                "the rehearsal at '" + rehearsal.issuer() + "' " + how + ", '"
                        + rehearsal.spec().issuer() + "' was not asked: " + problem.detail(),
                problem.evidence(),
                problem.nextAttemptAt());
    }
}
