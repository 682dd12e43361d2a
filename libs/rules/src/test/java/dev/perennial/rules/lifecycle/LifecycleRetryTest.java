package dev.perennial.rules.lifecycle;

import static dev.perennial.rules.lifecycle.Samples.ACME;
import static dev.perennial.rules.lifecycle.Samples.LIFECYCLE;
import static dev.perennial.rules.lifecycle.Samples.NOW;
import static dev.perennial.rules.lifecycle.Samples.RETRY;
import static dev.perennial.rules.lifecycle.Samples.moved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Moved;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** When the next attempt begins. */
class LifecycleRetryTest {
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
}
