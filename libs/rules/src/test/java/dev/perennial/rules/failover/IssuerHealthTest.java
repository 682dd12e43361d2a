package dev.perennial.rules.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.failover.IssuerHealth.Choice;
import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IssuerHealthTest {
    private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
    private static final Problem OUTAGE = Problem.of(ErrorCode.CA_UNAVAILABLE, "HTTP 503");
    private static final FailoverPolicy POLICY =
            new FailoverPolicy(Duration.ofMinutes(2), RetrySchedule.of(Duration.ofMinutes(1), Duration.ofMinutes(5)));

    @Test
    void staysWithAnIssuerThatHasFailedForASecond() {
        FailureStreak failing = failing(START, 20, START.plusSeconds(1));

        assertThat(choose(failing, START.plusSeconds(1))).isEqualTo(new Choice("first", false));
    }

    @Test
    void staysWithAnIssuerThatHasFailedTwice() {
        FailureStreak failing = failing(START, 2, START.plus(Duration.ofMinutes(10)));

        assertThat(choose(failing, START.plus(Duration.ofMinutes(10)))).isEqualTo(new Choice("first", false));
    }

    @Test
    void sendsOneOrderAsAProbeAndTheOthersToAFallback() {
        Instant now = START.plus(Duration.ofMinutes(3));
        IssuerHealth health = health(Map.of("first", List.of(failing(START, 9, now))), now);

        Choice first = health.choose("first", List.of("second"), true);
        Choice next = health.probed("first").choose("first", List.of("second"), true);

        assertThat(first).isEqualTo(new Choice("first", true));
        assertThat(next).isEqualTo(new Choice("second", false));
    }

    @Test
    void probesAgainAfterEachInterval() {
        Instant now = START.plus(Duration.ofMinutes(3));
        FailureStreak once = failing(START, 9, now).probed(POLICY, now);
        FailureStreak twice = once.probed(POLICY, now.plusSeconds(60));

        assertThat(choose(once, now.plusSeconds(59)).issuer()).isEqualTo("second");
        assertThat(choose(once, now.plusSeconds(60)).issuer()).isEqualTo("first");
        assertThat(choose(twice, now.plusSeconds(60 + 299)).issuer()).isEqualTo("second");
        assertThat(choose(twice, now.plusSeconds(60 + 300)).issuer()).isEqualTo("first");
    }

    @Test
    void sendsAnOrderThatFailedBeforeToTheFallback() {
        Instant now = START.plus(Duration.ofMinutes(3));
        IssuerHealth health = health(Map.of("first", List.of(failing(START, 9, now))), now);

        assertThat(health.choose("first", List.of("second"), false)).isEqualTo(new Choice("second", false));
    }

    /** Nothing probes a fallback: without an end it would count as down for good. */
    @Test
    void takesAFallbackAgainThatNothingHasAskedForAWhile() {
        Instant failed = START.plus(Duration.ofMinutes(3));
        FailureStreak fallback = failing(START, 9, failed);

        Instant soon = failed.plus(Duration.ofMinutes(14));
        Instant later = failed.plus(Duration.ofMinutes(16));

        assertThat(health(Map.of("second", List.of(fallback)), soon).isDown("second"))
                .isTrue();
        assertThat(health(Map.of("second", List.of(fallback)), later).isDown("second"))
                .isFalse();
    }

    @Test
    void skipsAFallbackThatIsDown() {
        Instant now = START.plus(Duration.ofMinutes(3));
        FailureStreak probed = failing(START, 9, now).probed(POLICY, now);
        IssuerHealth health = health(Map.of("first", List.of(probed), "second", List.of(probed)), now);

        assertThat(health.choose("first", List.of("second", "third"), true)).isEqualTo(new Choice("third", false));
    }

    @Test
    void staysWithAnIssuerThatIsDownWithoutAWorkingFallback() {
        Instant now = START.plus(Duration.ofMinutes(3));
        FailureStreak probed = failing(START, 9, now).probed(POLICY, now);
        IssuerHealth health = health(Map.of("first", List.of(probed), "second", List.of(probed)), now);

        assertThat(health.choose("first", List.of("second"), true)).isEqualTo(new Choice("first", false));
        assertThat(health.choose("first", List.of(), true)).isEqualTo(new Choice("first", false));
    }

    @Test
    void startsANewStreakAfterALongGap() {
        FailureStreak old = failing(START, 9, START.plusSeconds(30));

        FailureStreak next = old.again(OUTAGE, START.plus(Duration.ofHours(1)));

        assertThat(next.failures()).isEqualTo(1);
        assertThat(next.since()).isEqualTo(START.plus(Duration.ofHours(1)));
    }

    @Test
    void continuesTheStreakWhileProbesFail() {
        Instant now = START.plus(Duration.ofMinutes(3));
        FailoverPolicy slow = new FailoverPolicy(Duration.ofMinutes(2), RetrySchedule.of(Duration.ofHours(1)));
        FailureStreak probed = failing(START, 9, now).probed(slow, now);

        FailureStreak next = probed.again(OUTAGE, now.plus(Duration.ofHours(1)));

        assertThat(next.since()).isEqualTo(START);
        assertThat(next.failures()).isEqualTo(10);
    }

    private static Choice choose(FailureStreak failing, Instant now) {
        return health(Map.of("first", List.of(failing)), now).choose("first", List.of("second"), true);
    }

    private static IssuerHealth health(Map<String, List<FailureStreak>> failing, Instant now) {
        return new IssuerHealth(failing, POLICY, now);
    }

    private static FailureStreak failing(Instant since, int failures, Instant last) {
        return new FailureStreak(CaStep.PLACING, since, last, failures, 0, since, OUTAGE);
    }
}
