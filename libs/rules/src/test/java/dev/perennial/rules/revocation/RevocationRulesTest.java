package dev.perennial.rules.revocation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RevocationRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final Duration ANSWER = Duration.ofMinutes(30);
    private static final RevocationStep REVOKE = new RevocationStep.Revoke(NOW.plus(ANSWER));
    private static final Instant NEXT_CHECK = NOW.plus(RevocationRules.CHECK_INTERVAL);

    private final RevocationRules rules = new RevocationRules(LIMIT, ANSWER);

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "CESSATION_OF_OPERATION")
    void replacesFirst(RevocationReason reason) {
        assertThat(rules.plan(reason, Optional.empty(), true).replacedFirst()).isTrue();
        assertThat(rules.plan(reason, Optional.of(false), true).replacedFirst()).isFalse();
        assertThat(rules.plan(reason, Optional.empty(), true).retired()).isFalse();
    }

    @Test
    void limitsTheWaitForTheReplacementOfACompromisedKey() {
        assertThat(rules.plan(RevocationReason.KEY_COMPROMISE, Optional.empty(), true)
                        .maxWait())
                .contains(LIMIT);
        assertThat(rules.plan(RevocationReason.SUPERSEDED, Optional.empty(), true)
                        .maxWait())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, , false, true", "false, , false, false", "true, true, true, false", "true, false, false, true"})
    void retiresACurrentCertificateThatCeasesOperation(
            boolean inUse, Boolean replace, boolean replacedFirst, boolean retired) {
        assertThat(rules.plan(RevocationReason.CESSATION_OF_OPERATION, Optional.ofNullable(replace), inUse))
                .isEqualTo(new RevocationPlan(replacedFirst, Optional.empty(), retired));
    }

    @Test
    void ordersAMissingReplacement() {
        assertThat(next(RevocationProgress.REPLACING, new Successor.None()))
                .isEqualTo(new RevocationStep.Replace(NEXT_CHECK));
    }

    @Test
    void waitsWhileTheReplacementIsUnderWay() {
        assertThat(next(RevocationProgress.REPLACING, new Successor.UnderWay()))
                .isEqualTo(new RevocationStep.Await(NEXT_CHECK));
    }

    @Test
    void revokesAReplacedCertificate() {
        assertThat(next(RevocationProgress.REPLACING, new Successor.Served())).isEqualTo(REVOKE);
    }

    @Test
    void ordersAnotherReplacementAnHourAfterOneHasFailed() {
        Instant failed = NOW.minus(Duration.ofMinutes(59));
        assertThat(next(RevocationProgress.REPLACING, new Successor.Failed(failed)))
                .isEqualTo(new RevocationStep.Await(failed.plus(Duration.ofHours(1))));
        assertThat(next(RevocationProgress.REPLACING, new Successor.Failed(NOW.minus(Duration.ofHours(1)))))
                .isEqualTo(new RevocationStep.Replace(NEXT_CHECK));
    }

    @Test
    void waitsNoLongerThanTheLimit() {
        assertThat(rules.next(
                        RevocationProgress.REPLACING, Optional.of(NOW.plusSeconds(9)), new Successor.UnderWay(), NOW))
                .isEqualTo(new RevocationStep.Await(NOW.plusSeconds(9)));
        assertThat(rules.next(RevocationProgress.REPLACING, Optional.of(NOW), new Successor.UnderWay(), NOW))
                .isEqualTo(REVOKE);
    }

    @ParameterizedTest
    @EnumSource(names = {"DUE", "ORDERED"})
    void repeatsTheRequestUntilTheIssuanceServiceAnswers(RevocationProgress state) {
        assertThat(next(state, new Successor.None())).isEqualTo(REVOKE);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 10", "3, 100", "4, 1440", "9, 1440"})
    void retriesOnASchedule(int attempts, int minutes) {
        assertThat(rules.afterFailure(attempts, Problem.of(ErrorCode.CA_UNAVAILABLE, "down"), NOW))
                .contains(NOW.plus(Duration.ofMinutes(minutes)));
    }

    @Test
    void retriesNoEarlierThanTheCaAllows() {
        Problem limited = Problem.of(ErrorCode.CA_RATE_LIMITED, "too many").nextAttempt(NOW.plusSeconds(999));
        assertThat(rules.afterFailure(1, limited, NOW)).contains(NOW.plusSeconds(999));
    }

    @Test
    void doesNotRetryAfterARefusal() {
        assertThat(rules.afterFailure(1, Problem.of(ErrorCode.CA_REFUSED, "no"), NOW))
                .isEmpty();
    }

    private RevocationStep next(RevocationProgress state, Successor successor) {
        return rules.next(state, Optional.empty(), successor, NOW);
    }
}
