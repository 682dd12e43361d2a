package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.RETRY;
import static dev.perennial.rules.lifecycle.Samples.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The reports of the hosts, and the reminders of those that are missing. */
class LifecycleDeploymentTest {
    @Test
    void staysIssuedIfThereAreNoTargets() {
        OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());

        assertThat(moved(state, new Input.Issued(1, "f1", List.of()), NOW).next())
                .isInstanceOf(OrderState.Issued.class);
    }

    @Test
    void remindsHostsThatDoNotServeTheCertificate() {
        OrderState state = moved(
                        new OrderState.Authorized(1, ACME, 0, NOW, Map.of()),
                        new Input.Issued(1, "f1", List.of("a", "b", "c")),
                        NOW)
                .next();
        state = moved(state, new Input.Deployed("a", "f1"), NOW).next();
        state = moved(state, new Input.DeploymentFailed("c", "f1", RETRY), NOW).next();
        List<Instant> reminders = List.of(
                NOW.plus(Duration.ofMinutes(10)), NOW.plus(Duration.ofMinutes(70)), NOW.plus(Duration.ofMinutes(430)));

        for (Instant when : reminders) {
            assertThat(LIFECYCLE.on(OrderPurpose.LIVE, state, new Input.DeadlinePassed(), when.minusMillis(1)))
                    .isInstanceOf(Decision.Ignored.class);
            Moved reminded = moved(state, new Input.DeadlinePassed(), when);
            assertThat(reminded.effects())
                    .singleElement()
                    .isInstanceOfSatisfying(
                            Decision.Remind.class,
                            it -> assertThat(it.rollout().missing()).containsExactly("b", "c"));
            state = reminded.next();
        }
        state = moved(state, new Input.Deployed("b", "f1"), NOW).next();
        state = moved(state, new Input.Deployed("c", "f1"), NOW).next();

        assertThat(LIFECYCLE.on(OrderPurpose.LIVE, state, new Input.DeadlinePassed(), Instant.MAX))
                .isInstanceOf(Decision.Ignored.class);
    }

    @Test
    void remindsAHostAgainThatLostTheCertificate() {
        OrderState deployed = Samples.states().get("deployed");

        OrderState lost = moved(deployed, new Input.DeploymentFailed("a", "f1", RETRY), NOW)
                .next();

        assertThat(moved(lost, new Input.DeadlinePassed(), NOW.plus(Duration.ofMinutes(10)))
                        .effects())
                .hasSize(1);
    }

    @Test
    void remindsNoHostOfAReplacedCertificate() {
        OrderState replaced = moved(Samples.states().get("undeployed"), new Input.Superseded(), NOW)
                .next();

        assertThat(LIFECYCLE.on(OrderPurpose.LIVE, replaced, new Input.DeadlinePassed(), Instant.MAX))
                .isInstanceOf(Decision.Ignored.class);
    }

    @Test
    void isDeployedAfterTheProofOfTheLastHost() {
        OrderState state = moved(
                        new OrderState.Authorized(1, ACME, 0, NOW, Map.of()),
                        new Input.Issued(1, "f1", List.of("a", "b")),
                        NOW)
                .next();

        OrderState one = moved(state, new Input.Deployed("b", "f1"), NOW).next();
        OrderState both = moved(one, new Input.Deployed("a", "f1"), NOW).next();

        assertThat(one).isInstanceOf(OrderState.Issued.class);
        assertThat(both).isInstanceOf(OrderState.Deployed.class);
    }

    @Test
    void keepsTheReportOfAHostThatArrivesBeforeTheIssuance() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW, Map.of());

        Decision early = LIFECYCLE.on(OrderPurpose.LIVE, state, new Input.Deployed("a", "f1"), NOW);
        OrderState authorized = moved(((Decision.ReportStored) early).next(), new Input.Authorized(1), NOW)
                .next();
        OrderState issued =
                moved(authorized, new Input.Issued(1, "f1", List.of("a")), NOW).next();

        assertThat(issued).isInstanceOf(OrderState.Deployed.class);
    }

    /** A duplicate resumption of the attempt fails after the hosts have installed its certificate. */
    @Test
    void keepsTheReportOfAHostWhileTheNextAttemptIsDue() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW, Map.of("a", Samples.served()));

        OrderState due = moved(state, new Input.Rejected(1, List.of(Problem.of(ErrorCode.SELF_CHECK_FAILED, "x"))), NOW)
                .next();
        Decision late = LIFECYCLE.on(OrderPurpose.LIVE, due, new Input.Deployed("b", "f1"), NOW);
        OrderState issued = moved(
                        ((Decision.ReportStored) late).next(), new Input.Issued(1, "f1", List.of("a", "b")), NOW)
                .next();

        assertThat(due).isInstanceOf(OrderState.Due.class);
        assertThat(issued).isInstanceOf(OrderState.Deployed.class);
    }

    @Test
    void keepsTheReportOfAHostWhenTheNextAttemptIsPlaced() {
        OrderState due = new OrderState.Due(2, NOW, 0, Optional.empty(), Map.of("a", Samples.served()));

        OrderState placed = moved(due, new Input.Placed(2, ACME), NOW).next();

        assertThat(moved(placed, new Input.Issued(1, "f1", List.of("a")), NOW).next())
                .isInstanceOf(OrderState.Deployed.class);
    }

    @Test
    void ignoresAnEarlyReportThatRepeats() {
        Map<String, OrderState.HostReport> earlyReports = Map.of("a", Samples.served());

        for (OrderState state : List.of(
                new OrderState.Placed(1, ACME, 0, NOW, earlyReports),
                new OrderState.Authorized(1, ACME, 0, NOW, earlyReports))) {
            assertThat(LIFECYCLE.on(OrderPurpose.LIVE, state, new Input.Deployed("a", "f1"), NOW))
                    .isInstanceOf(Decision.Ignored.class);
        }
    }

    @Test
    void acceptsTheLaterSuccessOfAFailedHost() {
        OrderState undeployed = Samples.states().get("undeployed");

        OrderState next = moved(undeployed, new Input.Deployed("a", "f1"), NOW).next();

        assertThat(next).isInstanceOf(OrderState.Deployed.class);
        assertThat(((OrderState.Undeployed) undeployed).problem()).isEqualTo(RETRY);
    }

    @Test
    void ignoresOtherHostsAndOtherCertificates() {
        OrderState issued = Samples.states().get("issued");

        for (Input input : List.of(
                new Input.Deployed("other", "f1"),
                new Input.Deployed("a", "f2"),
                new Input.RolledBack("a", "f2", RETRY))) {
            assertThat(LIFECYCLE.on(OrderPurpose.LIVE, issued, input, NOW)).isInstanceOf(Decision.Ignored.class);
        }
    }
}
