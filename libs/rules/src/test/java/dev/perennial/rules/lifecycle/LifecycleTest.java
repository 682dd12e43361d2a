package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.REFUSE;
import static dev.perennial.rules.lifecycle.Samples.RETRY;
import static dev.perennial.rules.lifecycle.Samples.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Abandon;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Resume;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifecycleTest {
    @Test
    void publishesAPlacedOrder() {
        Moved moved = moved(Lifecycle.begin(NOW), new Input.Placed(1, ACME), NOW);

        assertThat(moved.next())
                .isEqualTo(new OrderState.Placed(1, ACME, 0, NOW.plus(Duration.ofMinutes(5)), Map.of()));
        assertThat(moved.effects()).containsExactly(new Resume(1, ACME));
    }

    @Test
    void abandonsTheOrderIfOneOfManyProblemsNeedsAnOperator() {
        OrderState placed = new OrderState.Placed(1, ACME, 0, NOW, Map.of());

        Moved moved = moved(placed, new Input.Rejected(1, List.of(RETRY, REFUSE, RETRY)), NOW);

        assertThat(moved.next()).isEqualTo(new OrderState.Failed(1, REFUSE));
        assertThat(moved.effects()).containsExactly(new Abandon(1, REFUSE));
    }

    @Test
    void stopsAfterTheSecondCertificateThatCannotBeUsed() {
        OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());
        Problem mismatch = Problem.of(ErrorCode.CERTIFICATE_MISMATCH, "an extra name");
        Input failed = new Input.IssuanceFailed(1, mismatch, Finalization.MAYBE);

        Moved first = moved(state, failed, NOW);
        Moved second =
                (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, new Situation(Optional.empty(), false, 1), NOW);

        assertThat(first.next()).isInstanceOfSatisfying(OrderState.Due.class, due -> assertThat(due.dueAt())
                .isEqualTo(NOW.plus(Duration.ofDays(1))));
        assertThat(second.next()).isEqualTo(new OrderState.Failed(1, mismatch));
        assertThat(first.effects()).containsExactly(new Decision.CountUnusable(mismatch));
        assertThat(second.effects()).containsExactly(new Abandon(1, mismatch), new Decision.CountUnusable(mismatch));
    }

    @Test
    void waitsADayAtMostAfterAnUnusableCertificateOfAClockThatWasAhead() {
        OrderState state = Lifecycle.begin(OrderCause.LIFETIME_SPENT, Optional.of(NOW.plus(Duration.ofDays(9))), NOW);

        assertThat(state).isInstanceOfSatisfying(OrderState.Due.class, due -> assertThat(due.dueAt())
                .isEqualTo(NOW.plus(Duration.ofDays(1))));
    }

    /** A validation reports nothing about a certificate. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void countsNoUnusableCertificateIfAResumedValidationFailsUntilTheAcmeOrderExpires(int unusable) {
        OrderState state = new OrderState.Authorized(1, ACME.withExpires(NOW.plusSeconds(30)), 0, NOW, Map.of());
        Input failed = new Input.Rejected(1, List.of(Problem.of(ErrorCode.CA_MISBEHAVED, "of this test")));

        Moved moved = (Moved)
                LIFECYCLE.on(OrderPurpose.LIVE, state, failed, new Situation(Optional.empty(), false, unusable), NOW);

        assertThat(moved.next()).isInstanceOf(OrderState.Due.class);
        assertThat(moved.effects()).isEmpty();
    }

    @Test
    void resolvesTheAttemptThatWasLeftIfItsCertificateCannotBeUsed() {
        OrderState state = new OrderState.Authorized(2, ACME, 0, NOW, Map.of());
        Problem mismatch = Problem.of(ErrorCode.CERTIFICATE_MISMATCH, "an extra name");
        Input failed = new Input.IssuanceFailed(2, mismatch, Finalization.NEVER);

        Moved first =
                (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, new Situation(Optional.empty(), true, 0), NOW);
        Moved second =
                (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, new Situation(Optional.empty(), true, 1), NOW);

        assertThat(first.next()).isInstanceOfSatisfying(OrderState.Due.class, due -> assertThat(due.dueAt())
                .isEqualTo(NOW.plus(Duration.ofDays(1))));
        assertThat(first.effects()).containsExactly(new Decision.CountUnusable(mismatch), new Decision.ResolveLeft());
        assertThat(second.next()).isInstanceOf(OrderState.Failed.class);
        assertThat(LIFECYCLE.on(OrderPurpose.LIVE, first.next(), new Input.Recovered(ACME), NOW))
                .isInstanceOf(Decision.Ignored.class);
    }

    @ParameterizedTest
    @CsvSource({
        "2027-01-02T00:00:00Z, 2027-01-02T00:00:00Z",
        ",                     2027-01-08T00:00:00Z",
        "2026-12-31T23:59:59Z, 2027-01-08T00:00:00Z",
        "9999-12-31T23:59:59Z, 2027-01-31T00:00:00Z"
    })
    void boundsTheExpiryOfTheAcmeOrder(Instant stated, Instant expected) {
        AcmeOrder order =
                new AcmeOrder(ACME.url(), ACME.finalizeUrl(), ACME.authorizationUrls(), Optional.ofNullable(stated));

        Moved moved = moved(Lifecycle.begin(NOW), new Input.Placed(1, order), NOW);

        assertThat(moved.effects()).containsExactly(new Resume(1, ACME.withExpires(expected)));
    }

    @Test
    void acceptsAFailedIssuanceThatArrivesBeforeTheAuthorization() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW, Map.of());

        OrderState next = moved(
                        state,
                        new Input.IssuanceFailed(
                                1, Problem.of(ErrorCode.VAULT_UNAVAILABLE, "sealed"), Finalization.MAYBE),
                        NOW)
                .next();

        assertThat(next).isEqualTo(new OrderState.Authorized(1, ACME, 0, NOW.plusSeconds(1), Map.of()));
    }

    @Test
    void doesNothingBeforeTheDeadline() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW.plusSeconds(1), Map.of());

        assertThat(LIFECYCLE.on(OrderPurpose.LIVE, state, new Input.DeadlinePassed(), NOW))
                .isInstanceOf(Decision.Ignored.class);
    }

    @Test
    void refusesASecondCertificateOfOneAttempt() {
        Decision decision = LIFECYCLE.on(
                OrderPurpose.LIVE, Samples.states().get("issued"), new Input.Issued(2, "f2", List.of("a")), NOW);

        assertThat(decision).isInstanceOf(Decision.Refused.class);
    }

    @Test
    void removesTheNextAttemptFromAnAbandonedOrder() {
        Problem refusal = REFUSE.nextAttempt(NOW.plusSeconds(60));

        Moved moved = moved(Lifecycle.begin(NOW), new Input.PlacementRefused(1, refusal), NOW);

        assertThat(((OrderState.Failed) moved.next()).problem().nextAttemptAt()).isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @EnumSource
    void isInFlightUntilItsLastMoveTowardsTheCertificate(OrderPurpose purpose) {
        Map<String, Boolean> inFlight = new java.util.LinkedHashMap<>();
        Samples.states().forEach((name, state) -> inFlight.put(name, state.isInFlight(purpose)));

        boolean untilTheDryRuns = purpose != OrderPurpose.LIVE;
        assertThat(inFlight)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "due", true,
                        "placed", true,
                        "authorized", true,
                        "issued", untilTheDryRuns,
                        "undeployed", untilTheDryRuns,
                        "deployed", false,
                        "rehearsed", false,
                        "failed", false));
    }
}
