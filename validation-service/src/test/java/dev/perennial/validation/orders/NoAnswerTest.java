package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.Authorization;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.NoAnswerException;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selfcheck.ControlResult;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** No server answers for a name: the name or this host's network may have failed. */
class NoAnswerTest {
    private static final ControlResult REACHABLE = new ControlResult.Reachable("ca.example.com:443");
    private static final ControlResult UNREACHABLE = new ControlResult.Unreachable("ca.example.com:443: timeout");

    private final FakeAcmeAccount account = new FakeAcmeAccount();
    private final FakeSolver solver = new FakeSolver();

    @Test
    void countsForNoNameIfTheControlTargetFailsToo() {
        solver.checkFailure = noAnswer();

        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> run(1, UNREACHABLE))
                .satisfies(e -> {
                    assertThat(e.problem().code()).isEqualTo(ErrorCode.DNS_UNAVAILABLE);
                    assertThat(e.problem().evidence().orElseThrow())
                            .contains("SERVFAIL", "control: ca.example.com:443: timeout");
                });
    }

    @Test
    void countsForTheNameIfTheControlTargetAnswers() {
        solver.checkFailure = noAnswer();

        assertThat(problem(run(1, REACHABLE))).satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
            assertThat(problem.evidence().orElseThrow()).contains("SERVFAIL", "it reaches ca.example.com:443");
        });
    }

    @Test
    void asksTheCaInTheThirdAttempt() {
        solver.checkFailure = noAnswer();
        account.verdicts.add(() -> new OrderProgress.Invalid(Problem.of(ErrorCode.CHALLENGE_FAILED, "SERVFAIL")));

        assertThat(problem(run(3, REACHABLE)).code()).isEqualTo(ErrorCode.CHALLENGE_FAILED);

        assertThat(account.answered).hasSize(1);
    }

    /** The CA would find nothing, and its failure would count for the name. */
    @Test
    void doesNotAskTheCaWithoutAResponse() {
        solver.failure = noAnswer();

        assertThat(problem(run(3, REACHABLE)).code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);

        assertThat(account.answered).isEmpty();
    }

    private static NoAnswerException noAnswer() {
        return new NoAnswerException("a.example.com does not answer", "SERVFAIL");
    }

    private ValidationResult run(int attempt, ControlResult control) {
        URI url = URI.create("https://ca.example.com/authz/a");
        Identifier name = Identifier.dns("a.example.com");
        account.authorizations.put(
                url,
                new Authorization(
                        url,
                        name,
                        false,
                        Authorization.Status.PENDING,
                        List.of(new Authorization.Challenge(
                                "http-01", URI.create(url + "/http"), "t", "t.thumbprint", Optional.empty()))));
        return new OrderValidation(
                        List.of(solver),
                        issuer -> ChallengeRules.none(),
                        Duration.ZERO,
                        Duration.ofMinutes(2),
                        ca -> control,
                        2)
                .run(
                        SampleOrders.of(List.of(url), List.of(name), attempt),
                        account,
                        new PresentedChallenges(new ChallengeUses()));
    }

    private static Problem problem(ValidationResult result) {
        List<IdentifierProblem> problems = ((ValidationResult.Rejected) result).problems();
        assertThat(problems).hasSize(1);
        return problems.getFirst().problem();
    }
}
