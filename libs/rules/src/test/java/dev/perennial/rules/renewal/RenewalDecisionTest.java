package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RenewalDecisionTest {
    private static final Instant ISSUED = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant EXPIRES = ISSUED.plus(Duration.ofDays(90));
    private static final Instant AT = ISSUED.plus(Duration.ofDays(60));
    private static final Instant DEADLINE = ISSUED.plus(Duration.ofDays(80));
    private static final OrderState DUE = new OrderState.Due(1, AT, 0, Optional.empty());
    private static final OrderState FAILED =
            new OrderState.Failed(1, Problem.of(ErrorCode.CA_REFUSED, "the CA refuses the order"));

    @Test
    void waitsForTheRenewalTime() {
        assertThat(decide(Optional.empty(), 0, AT.minusSeconds(1))).isEqualTo(new RenewalDecision.Wait(AT));
        assertThat(decide(Optional.empty(), 0, AT)).isInstanceOf(RenewalDecision.Renew.class);
    }

    @Test
    void waitsForARunningOrder() {
        assertThat(decide(order(DUE, false), 0, DEADLINE)).isInstanceOf(RenewalDecision.Wait.class);
    }

    @Test
    void renewsInsteadOfARehearsalAtTheDeadline() {
        assertThat(decide(order(DUE, true), 0, DEADLINE.minusSeconds(1))).isInstanceOf(RenewalDecision.Wait.class);
        assertThat(decide(order(DUE, true), 0, DEADLINE)).isInstanceOf(RenewalDecision.Renew.class);
    }

    @Test
    void pausesAfterAFailedOrder() {
        assertThat(decide(order(FAILED, false), 1, AT.plusSeconds(1)))
                .isEqualTo(new RenewalDecision.Pause(1, AT.plus(Duration.ofHours(1))));
        assertThat(decide(order(FAILED, false), 1, AT.plus(Duration.ofHours(1))))
                .isInstanceOf(RenewalDecision.Renew.class);
    }

    @Test
    void waitsForA24thOfTheLifetimeIfTheCaAsksTwiceInARow() {
        RenewalTime suggested = new RenewalTime(ISSUED, OrderCause.SUGGESTED_WINDOW, DEADLINE);
        assertThat(RenewalDecision.of(
                        new RenewalDecision.Situation(
                                ISSUED, EXPIRES, suggested, OrderCause.SUGGESTED_WINDOW, Optional.empty(), 0),
                        ISSUED.plusSeconds(1)))
                .isEqualTo(
                        new RenewalDecision.Wait(ISSUED.plus(Duration.ofDays(90).dividedBy(24))));
    }

    @Test
    void waitsForADayIfTheReplacementOfARevokedCertificateIsRevoked() {
        RenewalTime revoked = new RenewalTime(ISSUED, OrderCause.REVOKED, ISSUED);
        assertThat(RenewalDecision.of(
                        new RenewalDecision.Situation(
                                ISSUED, EXPIRES, revoked, OrderCause.REVOKED, Optional.empty(), 0),
                        ISSUED.plusSeconds(1)))
                .isEqualTo(new RenewalDecision.Wait(ISSUED.plus(Duration.ofDays(1))));
    }

    private static RenewalDecision decide(Optional<OrderSnapshot> latest, int failures, Instant now) {
        return RenewalDecision.of(
                new RenewalDecision.Situation(
                        ISSUED,
                        EXPIRES,
                        new RenewalTime(AT, OrderCause.LIFETIME_SPENT, DEADLINE),
                        OrderCause.REQUESTED,
                        latest,
                        failures),
                now);
    }

    private static Optional<OrderSnapshot> order(OrderState state, boolean rehearsal) {
        return Optional.of(new OrderSnapshot(state, rehearsal, AT));
    }
}
