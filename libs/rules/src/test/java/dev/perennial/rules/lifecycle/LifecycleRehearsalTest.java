package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.REFUSE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Abandon;
import dev.perennial.rules.lifecycle.Decision.Moved;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rehearsals and drills: orders that end without a certificate in use. */
class LifecycleRehearsalTest {
    @Test
    void goesLiveAfterTheDryRunOfTheLastHost() {
        OrderState authorized = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());
        Moved issued = rehearsed(authorized, new Input.Issued(1, "f1", List.of("a", "b")));
        Moved one = rehearsed(issued.next(), new Input.Rehearsed("b", "f1"));

        Moved both = rehearsed(one.next(), new Input.Rehearsed("a", "f1"));

        assertThat(issued.effects()).isEmpty();
        assertThat(one.effects()).isEmpty();
        assertThat(both.next()).isInstanceOf(OrderState.Rehearsed.class);
        assertThat(both.effects()).containsExactly(new Decision.EndRehearsal(1), new Decision.GoLive());
    }

    @Test
    void goesLiveAtOnceIfThereAreNoTargets() {
        OrderState authorized = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());

        Moved issued = rehearsed(authorized, new Input.Issued(1, "f1", List.of()));

        assertThat(issued.next()).isInstanceOf(OrderState.Rehearsed.class);
        assertThat(issued.effects()).containsExactly(new Decision.EndRehearsal(1), new Decision.GoLive());
    }

    @Test
    void goesLiveAfterADryRunThatIsReportedBeforeTheIssuance() {
        OrderState placed = new OrderState.Placed(1, ACME, 0, NOW, Map.of());
        Decision early = LIFECYCLE.on(OrderPurpose.REHEARSAL, placed, new Input.Rehearsed("a", "f1"), NOW);

        Moved issued = rehearsed(((Decision.ReportStored) early).next(), new Input.Issued(1, "f1", List.of("a")));

        assertThat(issued.effects()).contains(new Decision.GoLive());
    }

    @Test
    void endsAnAbandonedRehearsalWithoutGoingLive() {
        Moved refused = rehearsed(Lifecycle.begin(NOW), new Input.PlacementRefused(1, REFUSE));

        assertThat(refused.next()).isInstanceOf(OrderState.Failed.class);
        assertThat(refused.effects()).containsExactly(new Abandon(1, REFUSE), new Decision.EndRehearsal(1));
    }

    @Test
    void endsASupersededRehearsalWithoutGoingLive() {
        Moved superseded = rehearsed(Samples.states().get("undeployed"), new Input.Superseded());

        assertThat(superseded.effects()).containsExactly(new Decision.EndRehearsal(2));
    }

    @Test
    void endsAPassedDrillWithoutGoingLive() {
        OrderState authorized = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());
        Decision early = LIFECYCLE.on(OrderPurpose.DRILL, authorized, new Input.Rehearsed("a", "f1"), NOW);

        Moved passed = inADrill(((Decision.ReportStored) early).next(), new Input.Issued(1, "f1", List.of("a")));

        assertThat(passed.next()).isInstanceOf(OrderState.Rehearsed.class);
        assertThat(passed.effects()).containsExactly(new Decision.EndRehearsal(1));
    }

    @Test
    void endsADrillAtItsFirstFailure() {
        OrderState placed = new OrderState.Placed(1, ACME, 0, NOW, Map.of());
        Problem unproven = Problem.of(ErrorCode.CHALLENGE_FAILED, "the CA got no response");

        Moved rejected = inADrill(placed, new Input.Rejected(1, List.of(unproven)));
        Moved undeployed = inADrill(
                inADrill(placed, new Input.Issued(1, "f1", List.of("a"))).next(),
                new Input.DeploymentFailed("a", "f1", unproven));

        assertThat(List.of(rejected, undeployed)).allSatisfy(failed -> {
            assertThat(failed.next()).isEqualTo(new OrderState.Failed(1, unproven));
            assertThat(failed.effects()).containsExactly(new Abandon(1, unproven), new Decision.EndRehearsal(1));
        });
    }

    private static Moved inADrill(OrderState state, Input input) {
        Decision decision = LIFECYCLE.on(OrderPurpose.DRILL, state, input, NOW);
        assertThat(decision).isInstanceOf(Moved.class);
        return (Moved) decision;
    }

    private static Moved rehearsed(OrderState state, Input input) {
        Decision decision = LIFECYCLE.on(OrderPurpose.REHEARSAL, state, input, NOW);
        assertThat(decision).isInstanceOf(Moved.class);
        return (Moved) decision;
    }
}
