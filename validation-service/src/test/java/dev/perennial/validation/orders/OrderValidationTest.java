package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.Authorization;
import dev.perennial.acme.Authorization.Status;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Order;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.selection.ChallengeRules;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OrderValidationTest {
    private final FakeAcmeAccount account = new FakeAcmeAccount();
    private final FakeSolver prover = new FakeSolver();
    private final PresentedChallenges left = new PresentedChallenges();
    private final OrderValidation validation = new OrderValidation(
            List.of(prover), issuer -> ChallengeRules.none(), Duration.ofMillis(50), Duration.ofMinutes(2));
    private final List<URI> urls = new ArrayList<>();

    @Test
    void presentsAnswersAndWithdraws() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            assertThat(prover.presented).containsExactlyInAnyOrder("t-a-example-com", "t-b-example-com");
            return new OrderProgress.Ready();
        });

        ValidationResult verdict = validation.run(order(), account, left);

        assertThat(verdict).isEqualTo(new ValidationResult.Authorized());
        assertThat(account.answered).containsExactlyInAnyOrder("t-a-example-com", "t-b-example-com");
        assertThat(prover.presented).isEmpty();
    }

    @Test
    void asksNothingOfTheCaWhereAllIsProvenAlready() {
        show("a.example.com", Status.VALID);

        assertThat(validation.run(order(), account, left)).isEqualTo(new ValidationResult.Authorized());

        assertThat(account.answered).isEmpty();
        assertThat(prover.withdrawn).as("what a run before may have left").containsExactly("t-a-example-com");
    }

    @Test
    void burnsNoValidationForWhatItCannotSeeItself() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        prover.blindFor.add("b.example.com");

        ValidationResult verdict = validation.run(order(), account, left);

        assertThat(problems(verdict)).singleElement().satisfies(p -> {
            assertThat(p.identifier()).isEqualTo(Identifier.dns("b.example.com"));
            assertThat(p.problem().code()).isEqualTo(ErrorCode.SELF_CHECK_FAILED);
        });
        assertThat(account.answered).isEmpty();
        assertThat(prover.presented).isEmpty();
    }

    @Test
    void namesEachIdentifierTheCaRefused() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            show("b.example.com", Status.INVALID, Problem.of(ErrorCode.CHALLENGE_FAILED, "not found"));
            return new OrderProgress.Invalid(Problem.of(ErrorCode.CHALLENGE_FAILED, "invalid"));
        });

        ValidationResult verdict = validation.run(order(), account, left);

        assertThat(problems(verdict)).singleElement().satisfies(p -> {
            assertThat(p.identifier()).isEqualTo(Identifier.dns("b.example.com"));
            assertThat(p.problem().detail()).isEqualTo("not found");
        });
        assertThat(prover.presented).isEmpty();
    }

    @Test
    void rejectsADeadAuthorizationAtOnce() {
        show("a.example.com", Status.PENDING);
        show("b.example.com", Status.EXPIRED);

        assertThat(problems(validation.run(order(), account, left)))
                .singleElement()
                .satisfies(p -> assertThat(p.identifier()).isEqualTo(Identifier.dns("b.example.com")));
        assertThat(account.answered).isEmpty();
    }

    @Test
    void rejectsAWildcardUnderTheNameItWasOrderedBy() {
        URI url = url("a.example.com");
        account.authorizations.put(
                url, new Authorization(url, Identifier.dns("a.example.com"), true, Status.PENDING, List.of()));
        urls.add(url);

        assertThat(problems(validation.run(order(), account, left)))
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.identifier()).isEqualTo(Identifier.dns("*.a.example.com"));
                    assertThat(p.problem().code()).isEqualTo(ErrorCode.NO_USABLE_CHALLENGE);
                });
    }

    @Test
    void acceptsThatTheOrderWasFinalizedMeanwhile() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> new OrderProgress.Valid(URI.create("https://ca.example.com/certificate")));
        assertThat(validation.run(order(), account, left)).isEqualTo(new ValidationResult.Authorized());
    }

    @Test
    void leavesTheAnswerWhileTheCaMayStillLook() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "down"));
        });

        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> validation.run(order(), account, left));
        assertThat(prover.presented).containsExactly("t-a-example-com");

        left.withdraw();
        assertThat(prover.presented).isEmpty();
    }

    @Test
    void withdrawsWhereTheCaDecidesOnALaterTry() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "down"));
        });
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> validation.run(order(), account, left));

        account.verdicts.add(() -> new OrderProgress.Ready());
        assertThat(validation.run(order(), account, left)).isEqualTo(new ValidationResult.Authorized());
        assertThat(prover.presented).isEmpty();
    }

    @Test
    void waitsForNothingWhereTheOrderIsGone() {
        show("a.example.com", Status.PENDING);
        account.verdicts.add(() -> {
            throw new RetryLater(Problem.of(ErrorCode.ORDER_EXPIRED, "gone"));
        });

        assertThat(problems(validation.run(order(), account, left)))
                .extracting(p -> p.problem().code())
                .containsOnly(ErrorCode.ORDER_EXPIRED);
    }

    private void show(String name, Status status) {
        show(name, status, null);
    }

    private void show(String name, Status status, Problem problem) {
        URI url = url(name);
        String token = "t-" + name.replace('.', '-');
        var challenge = new Authorization.Challenge(
                "http-01", URI.create(url + "/challenge"), token, token + ".thumbprint", Optional.ofNullable(problem));
        account.authorizations.put(
                url, new Authorization(url, Identifier.dns(name), false, status, List.of(challenge)));
        if (!urls.contains(url)) {
            urls.add(url);
        }
    }

    private static URI url(String name) {
        return URI.create("https://ca.example.com/authorization/" + name);
    }

    private Order order() {
        return SampleOrders.of(
                urls,
                account.authorizations.values().stream()
                        .map(Authorization::identifier)
                        .toList());
    }

    private static List<IdentifierProblem> problems(ValidationResult verdict) {
        return ((ValidationResult.Rejected) verdict).problems();
    }
}
