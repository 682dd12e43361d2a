package dev.perennial.orders.order;

import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.util.LinkedHashMap;
import java.util.Map;

/** The timeline entry of an input; it has the name of the wire type, if there is one. */
final class TimelineEntries {
    private TimelineEntries() {}

    static String name(Input input) {
        return switch (input) {
            case Input.DeadlinePassed it -> "deadline.passed";
            case Input.Placed it -> "order.placed";
            case Input.PlacementRefused it -> "placement.refused";
            case Input.PlacementPostponed it -> "placement.postponed";
            case Input.Authorized it -> "order.authorized";
            case Input.Rejected it -> "order.rejected";
            case Input.Issued it -> "certificate.issued";
            case Input.IssuanceFailed it -> "issuance.failed";
            case Input.Deployed it -> "certificate.deployed";
            case Input.Rehearsed it -> "certificate.rehearsed";
            case Input.DeploymentFailed it -> "deployment.failed";
            case Input.RolledBack it -> "deployment.rolled-back";
            case Input.Withdrawn it -> "order.withdrawn";
            case Input.Recovered it -> "acme-order.recovered";
            case Input.Superseded it -> "order.superseded";
        };
    }

    static Map<String, Object> detail(StoredOrder order, Input input, Decision.Moved moved) {
        Map<String, Object> detail = detail(order, input, moved.next());
        for (Decision.Effect effect : moved.effects()) {
            if (effect instanceof Decision.Leave leave) {
                detail.put("unresolvedAcmeOrder", leave.acmeOrder().url());
            }
        }
        return detail;
    }

    static Map<String, Object> detail(StoredOrder order, Input input, OrderState next) {
        Map<String, Object> detail = new LinkedHashMap<>();
        if (order.isRehearsal()) {
            detail.put("rehearsalAt", order.issuer());
        }
        detail.put("state", StateName.of(next).name());
        detail.put("attempt", next.attempt());
        switch (input) {
            case Input.DeadlinePassed it -> {}
            case Input.Placed it -> detail.put("acmeOrder", it.acmeOrder().url());
            case Input.PlacementRefused it -> detail.put("problem", it.problem());
            case Input.PlacementPostponed it -> detail.put("problem", it.problem());
            case Input.Authorized it -> {}
            case Input.Rejected it -> detail.put("problems", it.problems());
            case Input.Issued it -> detail.put("fingerprint", it.fingerprint());
            case Input.IssuanceFailed it -> {
                detail.put("problem", it.problem());
                detail.put("finalize", it.finalization().name());
            }
            case Input.Deployed it -> {
                detail.put("host", it.host());
                if (!it.proofs().isEmpty()) {
                    detail.put("proof", String.join("; ", it.proofs()));
                }
            }
            case Input.Rehearsed it -> detail.put("host", it.host());
            case Input.Withdrawn it -> detail.put("problem", it.problem());
            case Input.Superseded it -> {}
            case Input.Recovered it -> detail.put("acmeOrder", it.acmeOrder().url());
            case Input.DeploymentFailed it -> {
                detail.put("host", it.host());
                detail.put("problem", it.problem());
            }
            case Input.RolledBack it -> {
                detail.put("host", it.host());
                detail.put("problem", it.problem());
            }
        }
        if (next instanceof OrderState.Due due) {
            detail.put("nextAttemptAt", due.dueAt());
            // The problem of a missing report, and the reason why the attempt was left, come with no input.
            due.lastProblem().ifPresent(problem -> detail.put("nextAttemptBecause", problem.detail()));
        }
        if (next instanceof OrderState.AtTheCa waiting
                && (input instanceof Input.IssuanceFailed || input instanceof Input.Rejected)) {
            detail.put("nextAttemptAt", waiting.deadline());
        }
        return detail;
    }
}
