package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Resume;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An order that the CA has accepted is resumed there, until its ACME order expires. */
class LifecycleResumptionTest {
    @Test
    void resumesALiveOrderWithoutReportsUntilTheAcmeOrderExpires() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW, Map.of());
        Instant expires = ACME.expires().orElseThrow();
        List<Duration> pauses = new ArrayList<>();
        Instant now = NOW;
        while (now.isBefore(expires)) {
            Moved moved = moved(state, new Input.DeadlinePassed(), now);
            assertThat(moved.effects()).containsExactly(new Resume(1, ACME));
            state = moved.next();
            Instant next = ((OrderState.Placed) state).deadline();
            pauses.add(Duration.between(now, next));
            now = next;
        }

        assertThat(pauses.subList(0, 7).stream().map(Duration::toMinutes).toList())
                .as("each missing report leaves a record behind, so the pauses grow")
                .containsExactly(10L, 20L, 40L, 80L, 160L, 320L, 320L);

        Moved last = moved(state, new Input.DeadlinePassed(), now);

        assertThat(last.effects()).isEmpty();
        assertThat(last.next()).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).isEqualTo(2);
            assertThat(due.lastProblem().map(Problem::code)).contains(ErrorCode.STEP_TIMED_OUT);
        });
    }

    @Test
    void resumesARehearsalWithoutReportsThreeTimesAndThenStartsANewAttempt() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW, Map.of());
        Instant now = NOW;
        for (int resumption = 1; resumption <= 3; resumption++) {
            Moved moved = (Moved) LIFECYCLE.on(OrderPurpose.REHEARSAL, state, new Input.DeadlinePassed(), now);
            assertThat(moved.effects()).containsExactly(new Resume(1, ACME));
            state = moved.next();
            now = now.plus(Duration.ofMinutes(5));
        }

        Moved last = (Moved) LIFECYCLE.on(OrderPurpose.REHEARSAL, state, new Input.DeadlinePassed(), now);

        assertThat(last.next().attempt()).isEqualTo(2);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "CA_UNAVAILABLE,    PT1S PT2S PT5S PT10S PT20S PT30S PT1M PT2M PT5M PT5M",
        "CA_RATE_LIMITED,   PT1S PT2S PT5S PT10S",
        "VAULT_UNAVAILABLE, PT1S PT2S PT5S PT10S",
        "STEP_TIMED_OUT,    PT1S PT2S PT5S PT10S",
        "DNS_UNAVAILABLE,   PT1S PT2S PT5S PT10S",
        "CA_MISBEHAVED,     PT1M PT10M PT100M PT24H PT24H",
        "ISSUER_NOT_READY,  PT1M PT10M PT100M PT24H PT24H",
        "INTERNAL,          PT1M PT10M PT100M PT24H PT24H"
    })
    void resumesTheSameOrderAfterATemporaryProblemDuringItsIssuance(ErrorCode code, String pauses) {
        Problem outage = Problem.of(code, "of this test");
        for (Input report : List.of(
                new Input.IssuanceFailed(1, outage, Finalization.MAYBE), new Input.Rejected(1, List.of(outage)))) {
            OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());
            Instant now = NOW;
            for (String pause : pauses.split(" ")) {
                Moved waiting = moved(state, report, now);
                assertThat(waiting.effects()).isEmpty();
                now = now.plus(Duration.parse(pause));
                assertThat(LIFECYCLE.on(
                                OrderPurpose.LIVE, waiting.next(), new Input.DeadlinePassed(), now.minusMillis(1)))
                        .isInstanceOf(Decision.Ignored.class);

                Moved resumed = moved(waiting.next(), new Input.DeadlinePassed(), now);

                assertThat(resumed.effects()).containsExactly(new Resume(1, ACME));
                state = resumed.next();
            }
        }
    }

    /** The CA does not answer for a week after finalize, and the order-service is told so every five minutes. */
    @Test
    void startsNoSecondAttemptDuringALongOutageAfterFinalize() {
        OrderState state =
                moved(Lifecycle.begin(NOW), new Input.Placed(1, ACME), NOW).next();
        state = moved(state, new Input.Authorized(1), NOW).next();
        Problem outage = Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test");
        Instant now = NOW.plus(Duration.ofMinutes(5));
        state = moved(state, new Input.DeadlinePassed(), now).next();
        state = moved(state, new Input.IssuanceFailed(1, outage, Finalization.MAYBE), now)
                .next();
        while (now.isBefore(ACME.expires().orElseThrow().minus(Duration.ofMinutes(11)))) {
            now = now.plus(Duration.ofMinutes(5));
            state = moved(state, new Input.DeadlinePassed(), now).next();
            state = moved(state, new Input.Rejected(1, List.of(outage)), now).next();
            assertThat(state).isInstanceOf(OrderState.Authorized.class);
        }

        assertThat(moved(state, new Input.Issued(1, "f1", List.of()), now).next())
                .isInstanceOf(OrderState.Issued.class);
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"CA_UNAVAILABLE", "VAULT_UNAVAILABLE", "DNS_UNAVAILABLE", "STEP_TIMED_OUT", "INTERNAL"})
    void resumesTheSameOrderAfterATemporaryProblemDuringItsValidation(ErrorCode code) {
        OrderState placed = new OrderState.Placed(1, ACME, 0, NOW, Map.of());
        Input rejected = new Input.Rejected(1, List.of(Problem.of(code, "of this test")));
        Situation otherIssuer =
                new Situation(Optional.of(new Situation.Overdue(NOW.plusSeconds(600), "of this test")), false, 0);

        assertThat(moved(placed, rejected, NOW).next()).isInstanceOf(OrderState.Placed.class);
        assertThat(((Moved) LIFECYCLE.on(OrderPurpose.LIVE, placed, rejected, otherIssuer, NOW)).next())
                .isInstanceOf(
                        code == ErrorCode.CA_UNAVAILABLE || code == ErrorCode.STEP_TIMED_OUT
                                ? OrderState.Due.class
                                : OrderState.Placed.class);
    }

    /** A chain that cannot be read, for example: it may be repaired while the ACME order is valid, at no cost. */
    @Test
    void requestsTheCertificateOfACaThatMisbehavesUntilTheAcmeOrderExpires() {
        Problem unreadable = Problem.of(ErrorCode.CA_MISBEHAVED, "the chain cannot be read");
        Input failed = new Input.IssuanceFailed(1, unreadable, Finalization.MAYBE);
        OrderState valid = new OrderState.Authorized(
                1, ACME.withExpires(NOW.plus(Duration.ofDays(7))), 0, NOW.plusSeconds(60), Map.of());
        OrderState expired =
                new OrderState.Authorized(1, ACME.withExpires(NOW.plusSeconds(1)), 0, NOW.plusSeconds(60), Map.of());

        assertThat(moved(valid, failed, NOW).next()).isInstanceOf(OrderState.Authorized.class);
        assertThat(moved(expired, failed, NOW).next())
                .isInstanceOfSatisfying(
                        OrderState.Due.class, due -> assertThat(due.dueAt()).isEqualTo(NOW.plus(Duration.ofDays(1))));
        Moved second = (Moved)
                LIFECYCLE.on(OrderPurpose.LIVE, expired, failed, new Situation(Optional.empty(), false, 1), NOW);
        assertThat(second.next()).isEqualTo(new OrderState.Failed(1, unreadable));
    }

    @Test
    void startsANewAttemptIfTheOrderExpiresBeforeItCanBeResumed() {
        Instant expires = ACME.expires().orElseThrow();
        OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());

        OrderState next = moved(
                        state,
                        new Input.IssuanceFailed(
                                1, Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test"), Finalization.MAYBE),
                        expires.minusMillis(500))
                .next();

        assertThat(next).isInstanceOf(OrderState.Due.class);
        assertThat(next.attempt()).isEqualTo(2);
    }

    @Test
    void doesNotResumeAnOrderThatExpiredAtTheCa() {
        Instant expired = ACME.expires().orElseThrow().plusSeconds(1);
        OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());

        assertThat(moved(state, new Input.DeadlinePassed(), expired).next()).isInstanceOf(OrderState.Due.class);
    }
}
