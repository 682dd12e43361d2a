package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One sample of each kind, for attempt 2 and certificate {@code f1}. */
final class Samples {
    static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");
    static final Lifecycle LIFECYCLE = new Lifecycle(Duration.ofMinutes(5), RetryPolicy.DEFAULT);
    static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(URI.create("https://ca.test/authz/1")),
            Optional.of(NOW.plus(Duration.ofDays(7))));
    static final Problem RETRY = Problem.of(ErrorCode.CHALLENGE_FAILED, "the CA did not see the answer");
    static final Problem REFUSE = Problem.of(ErrorCode.CA_REFUSED, "CAA forbids it");
    static final Optional<Watch> WATCH = Optional.of(new Watch(0, NOW));
    static final List<String> TARGETS = List.of("a", "b");

    private Samples() {}

    static Map<String, OrderState> states() {
        Rollout fresh = Rollout.begin("f1", TARGETS, Map.of());
        Rollout done = Rollout.begin("f1", TARGETS, Map.of("a", served(), "b", served()));
        Rollout broken =
                Rollout.begin("f1", TARGETS, Map.of("a", new HostReport("f1", Optional.of(RETRY)), "b", served()));
        Map<String, OrderState> states = new LinkedHashMap<>();
        states.put("due", new OrderState.Due(2, NOW, 0, Optional.of(RETRY)));
        states.put("placed", new OrderState.Placed(2, ACME, 0, NOW, Map.of()));
        states.put("authorized", new OrderState.Authorized(2, ACME, 0, NOW, Map.of()));
        states.put("issued", new OrderState.Issued(2, fresh, WATCH));
        states.put("deployed", new OrderState.Deployed(2, done));
        states.put("undeployed", new OrderState.Undeployed(2, broken, WATCH));
        states.put("rehearsed", new OrderState.Rehearsed(2, done));
        states.put("failed", new OrderState.Failed(2, REFUSE));
        return states;
    }

    static Map<String, Input> inputs(int attempt) {
        Map<String, Input> inputs = new LinkedHashMap<>();
        inputs.put("placed", new Input.Placed(attempt, ACME));
        inputs.put("placementRefused", new Input.PlacementRefused(attempt, REFUSE));
        inputs.put("placementPostponed", new Input.PlacementPostponed(attempt, RETRY));
        inputs.put("authorized", new Input.Authorized(attempt));
        inputs.put("rejected", new Input.Rejected(attempt, List.of(RETRY)));
        inputs.put("issued", new Input.Issued(attempt, "f1", TARGETS));
        inputs.put("issuanceFailed", new Input.IssuanceFailed(attempt, RETRY, Finalization.MAYBE));
        inputs.put("deployed", new Input.Deployed("a", "f1"));
        inputs.put("rehearsed", new Input.Rehearsed("a", "f1"));
        inputs.put("deploymentFailed", new Input.DeploymentFailed("b", "f1", RETRY));
        inputs.put("rolledBack", new Input.RolledBack("b", "f1", RETRY));
        inputs.put("deadlinePassed", new Input.DeadlinePassed());
        inputs.put("withdrawn", new Input.Withdrawn(REFUSE));
        inputs.put("superseded", new Input.Superseded());
        inputs.put("recovered", new Input.Recovered(ACME));
        return inputs;
    }

    /** The move of a live order; any other decision fails the test. */
    static Decision.Moved moved(OrderState state, Input input, Instant now) {
        return (Decision.Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, input, now);
    }

    static HostReport served() {
        return new HostReport("f1", Optional.empty());
    }
}
