package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.REFUSE;
import static dev.perennial.rules.lifecycle.Samples.RETRY;
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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleTest {
    @Test
    void publishesAPlacedOrder() {
        Moved moved = moved(Lifecycle.begin(NOW), new Input.Placed(1, ACME), NOW);

        assertThat(moved.next())
                .isEqualTo(new OrderState.Placed(1, ACME, 0, NOW.plus(Duration.ofMinutes(5)), Map.of()));
        assertThat(moved.effects()).containsExactly(new Resume(1, ACME));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "CHALLENGE_FAILED,     PT10S PT1M PT10M PT100M PT24H PT24H",
        "SELF_CHECK_FAILED,    PT10S PT1M PT10M PT100M PT24H PT24H",
        "ORDER_EXPIRED,        PT1M PT10M PT100M PT24H PT24H"
    })
    void waitsLongerFromAttemptToAttempt(ErrorCode code, String intervals) {
        Problem problem = Problem.of(code, "of this test");
        List<Duration> waits =
                Arrays.stream(intervals.split(" ")).map(Duration::parse).toList();

        for (int attempt = 1; attempt <= waits.size(); attempt++) {
            OrderState placed = new OrderState.Placed(attempt, ACME, 0, NOW, Map.of());
            OrderState next = moved(placed, new Input.Rejected(attempt, List.of(problem)), NOW)
                    .next();

            assertThat(next).isInstanceOfSatisfying(OrderState.Due.class, due -> {
                assertThat(due.dueAt()).isEqualTo(NOW.plus(waits.get(due.attempt() - 2)));
                assertThat(due.lastProblem().orElseThrow().nextAttemptAt()).contains(due.dueAt());
            });
            assertThat(next.attempt()).isEqualTo(attempt + 1);
        }
    }

    @ParameterizedTest
    @EnumSource(ErrorCode.class)
    void neverExceedsFourFailedValidationsPerNameAndHour(ErrorCode code) {
        Problem problem = Problem.of(code, "of this test");
        Deque<Instant> failed = new ArrayDeque<>();
        Instant now = NOW;

        for (int attempt = 1; attempt <= 12; attempt++) {
            failed.addLast(now);
            Instant hourBefore = now.minus(Duration.ofHours(1));
            failed.removeIf(at -> !at.isAfter(hourBefore));
            assertThat(failed)
                    .as("failures in the hour before attempt %s", attempt)
                    .hasSizeLessThan(5);
            OrderState placed = new OrderState.Placed(attempt, ACME, 0, now, Map.of());
            if (!(moved(placed, new Input.Rejected(attempt, List.of(problem)), now)
                            .next()
                    instanceof OrderState.Due due)) {
                return;
            }
            now = due.dueAt();
        }
    }

    @Test
    void waitsLongerThanTheScheduleIfTheProblemSaysSo() {
        Instant later = NOW.plus(Duration.ofHours(3));
        OrderState placed = new OrderState.Placed(1, ACME, 0, NOW, Map.of());

        OrderState next = moved(placed, new Input.IssuanceFailed(1, RETRY.nextAttempt(later), Finalization.MAYBE), NOW)
                .next();

        assertThat(next).isInstanceOfSatisfying(OrderState.Due.class, due -> assertThat(due.dueAt())
                .isEqualTo(later));
    }

    @Test
    void abandonsTheOrderIfOneOfManyProblemsNeedsAnOperator() {
        OrderState placed = new OrderState.Placed(1, ACME, 0, NOW, Map.of());

        Moved moved = moved(placed, new Input.Rejected(1, List.of(RETRY, REFUSE, RETRY)), NOW);

        assertThat(moved.next()).isEqualTo(new OrderState.Failed(1, REFUSE));
        assertThat(moved.effects()).containsExactly(new Abandon(1, REFUSE));
    }

    @Test
    void keepsTheAttemptWhileTheCaIsUnavailable() {
        OrderState state = Lifecycle.begin(NOW);

        for (int i = 0; i < 10; i++) {
            state = moved(state, new Input.PlacementPostponed(1, RETRY), NOW).next();
        }

        assertThat(state).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).isEqualTo(1);
            assertThat(due.dueAt()).isEqualTo(NOW.plus(Duration.ofMinutes(5)));
        });
    }

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

    @Test
    void startsANewAttemptAfterAnOutageBeforeFinalize() {
        OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());

        OrderState next = moved(
                        state,
                        new Input.IssuanceFailed(
                                1, Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test"), Finalization.NEVER),
                        NOW)
                .next();

        assertThat(next).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).isEqualTo(2);
            assertThat(due.dueAt()).as("like a postponed placement").isEqualTo(NOW.plusSeconds(1));
        });
    }

    @Test
    void startsANewAttemptWhenTheOrderIsOverdueAlthoughTheCaMayHaveIssued() {
        Situation overdue = new Situation(
                Optional.of(new Situation.Overdue(NOW.plusSeconds(60), "the served certificate expires")), false, 0);
        OrderState state = new OrderState.Authorized(1, ACME, 7, NOW, Map.of());
        Input failed =
                new Input.IssuanceFailed(1, Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test"), Finalization.MAYBE);

        Moved before = (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, overdue, NOW.plusSeconds(59));
        Moved after = (Moved) LIFECYCLE.on(OrderPurpose.LIVE, state, failed, overdue, NOW.plusSeconds(60));

        assertThat(before.next())
                .isInstanceOfSatisfying(OrderState.Authorized.class, waiting -> assertThat(waiting.deadline())
                        .as("not later than the order is overdue")
                        .isEqualTo(NOW.plusSeconds(60)));
        assertThat(after.next()).isInstanceOfSatisfying(OrderState.Due.class, due -> {
            assertThat(due.attempt()).isEqualTo(2);
            assertThat(due.lastProblem().orElseThrow().detail()).endsWith("the served certificate expires");
        });
        assertThat(after.effects()).containsExactly(new Decision.Leave(1, ACME));
    }

    @ParameterizedTest
    @EnumSource(
            value = ErrorCode.class,
            names = {"VAULT_UNAVAILABLE", "DNS_UNAVAILABLE", "INTERNAL"})
    void leavesNoCaThatIsNotTheCause(ErrorCode code) {
        Input failed = new Input.IssuanceFailed(1, Problem.of(code, "of this test"), Finalization.MAYBE);

        assertThat(overdueOn(failed, false).effects()).isEmpty();
    }

    @Test
    void leavesOneCaPerOrder() {
        Input failed =
                new Input.IssuanceFailed(1, Problem.of(ErrorCode.CA_UNAVAILABLE, "of this test"), Finalization.MAYBE);

        assertThat(overdueOn(failed, false).effects()).hasSize(1);
        assertThat(overdueOn(failed, true).effects()).isEmpty();
    }

    private static Moved overdueOn(Input input, boolean unresolved) {
        Situation overdue = new Situation(Optional.of(new Situation.Overdue(NOW, "of this test")), unresolved, 0);
        return (Moved) LIFECYCLE.on(
                OrderPurpose.LIVE, new OrderState.Authorized(1, ACME, 0, NOW, Map.of()), input, overdue, NOW);
    }

    @Test
    void abandonsNoOrderForWhichAnotherCaMayHaveIssued() {
        Situation unresolved = new Situation(Optional.empty(), true, 0);
        OrderState due = new OrderState.Due(2, NOW, 0, Optional.empty());
        OrderState placed = new OrderState.Placed(2, ACME, 0, NOW, Map.of());

        Moved refusedOrder =
                (Moved) LIFECYCLE.on(OrderPurpose.LIVE, due, new Input.PlacementRefused(2, REFUSE), unresolved, NOW);
        Moved refusedProof = (Moved)
                LIFECYCLE.on(OrderPurpose.LIVE, placed, new Input.Rejected(2, List.of(REFUSE)), unresolved, NOW);

        assertThat(refusedOrder.next()).isInstanceOf(OrderState.Due.class);
        assertThat(refusedProof.next()).isInstanceOf(OrderState.Due.class);
    }

    @Test
    void continuesAtTheCaThatWasLeftIfItHasIssued() {
        OrderState due = new OrderState.Due(2, NOW, 0, Optional.empty());
        Situation unresolved = new Situation(Optional.empty(), true, 0);

        Moved moved = (Moved) LIFECYCLE.on(OrderPurpose.LIVE, due, new Input.Recovered(ACME), unresolved, NOW);

        assertThat(moved.next()).isInstanceOf(OrderState.Authorized.class);
        assertThat(moved.effects()).containsExactly(new Decision.Return(2, ACME), new Resume(2, ACME));
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
        assertThat(first.effects()).containsExactly(new Decision.Unusable(mismatch));
        assertThat(second.effects()).containsExactly(new Abandon(1, mismatch), new Decision.Unusable(mismatch));
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
        assertThat(first.effects()).containsExactly(new Decision.Unusable(mismatch), new Decision.Resolve());
        assertThat(second.next()).isInstanceOf(OrderState.Failed.class);
        assertThat(LIFECYCLE.on(OrderPurpose.LIVE, first.next(), new Input.Recovered(ACME), NOW))
                .isInstanceOf(Decision.Ignored.class);
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
    void doesNotResumeAnOrderThatExpiredAtTheCa() {
        Instant expired = ACME.expires().orElseThrow().plusSeconds(1);
        OrderState state = new OrderState.Authorized(1, ACME, 0, NOW, Map.of());

        assertThat(moved(state, new Input.DeadlinePassed(), expired).next()).isInstanceOf(OrderState.Due.class);
    }

    @Test
    void doesNothingBeforeTheDeadline() {
        OrderState state = new OrderState.Placed(1, ACME, 0, NOW.plusSeconds(1), Map.of());

        assertThat(LIFECYCLE.on(OrderPurpose.LIVE, state, new Input.DeadlinePassed(), NOW))
                .isInstanceOf(Decision.Ignored.class);
    }

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
    void addsJitterToTheRetriesOfOrdersThatFailedTogether() {
        OrderState due = new OrderState.Due(1, NOW, 6, Optional.empty());
        Input down = new Input.PlacementPostponed(1, RETRY);

        List<Instant> back = java.util.stream.DoubleStream.of(0, 0.5, 0.999)
                .mapToObj(share -> (Moved) LIFECYCLE.withJitter(share).on(OrderPurpose.LIVE, due, down, NOW))
                .map(moved -> ((OrderState.Due) moved.next()).dueAt())
                .toList();

        assertThat(back).containsExactly(NOW.plusSeconds(60), NOW.plusMillis(67_500), NOW.plusMillis(74_985));
    }

    @Test
    void retriesAtTheTimeGivenByTheCaIfThatIsLater() {
        OrderState due = new OrderState.Due(1, NOW, 6, Optional.empty());
        Input down = new Input.PlacementPostponed(1, RETRY.nextAttempt(NOW.plusSeconds(600)));

        Moved moved = (Moved) LIFECYCLE.withJitter(0.5).on(OrderPurpose.LIVE, due, down, NOW);

        assertThat(((OrderState.Due) moved.next()).dueAt()).isEqualTo(NOW.plusSeconds(600));
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
        OrderState authorized = moved(((Decision.Reported) early).next(), new Input.Authorized(1), NOW)
                .next();
        OrderState issued =
                moved(authorized, new Input.Issued(1, "f1", List.of("a")), NOW).next();

        assertThat(issued).isInstanceOf(OrderState.Deployed.class);
    }

    @Test
    void ignoresAnEarlyReportThatRepeats() {
        Map<String, OrderState.HostReport> early = Map.of("a", Samples.served());

        for (OrderState state : List.of(
                new OrderState.Placed(1, ACME, 0, NOW, early), new OrderState.Authorized(1, ACME, 0, NOW, early))) {
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

    private static Moved moved(OrderState state, Input input, Instant now) {
        Decision decision = LIFECYCLE.on(OrderPurpose.LIVE, state, input, now);
        assertThat(decision).isInstanceOf(Moved.class);
        return (Moved) decision;
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
