package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.Authorization;
import dev.perennial.acme.Authorization.Status;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import dev.perennial.validation.selection.ChallengeRule;
import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.validation.selection.ChallengeType;
import dev.perennial.validation.selection.Suffix;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Uses a rule with two methods, dns-01 before http-01. */
class FallbackTest {
    private static final URI AUTHORIZATION = URI.create("https://ca.example.com/authorization/1");
    private static final Identifier NAME = Identifier.dns("a.example.com");

    private final FakeAcmeAccount account = new FakeAcmeAccount();
    private final FakeSolver http = new FakeSolver(Authorization.Challenge.HTTP_01);
    private final FakeSolver dns = new FakeSolver(Authorization.Challenge.DNS_01);
    private final OrderValidation validation = new OrderValidation(
            List.of(http, dns),
            issuer -> new ChallengeRules(
                    List.of(new ChallengeRule(
                            Suffix.EVERYTHING, List.of(ChallengeType.DNS_01, ChallengeType.HTTP_01), Optional.empty())),
                    Map.of()),
            Duration.ofMillis(50),
            Duration.ofMinutes(2),
            SampleOrders.REACHABLE,
            2);

    FallbackTest() {
        show(Status.PENDING);
        account.verdicts.add(OrderProgress.Ready::new);
    }

    @Test
    void triesThePreferredMethodFirst() {
        assertThat(run(1)).isEqualTo(new ValidationResult.Authorized());
        assertThat(account.answered).containsExactly("t-dns-01");
        assertThat(dns.withdrawn).containsExactly("t-dns-01");
        assertThat(http.withdrawn).as("never presented").isEmpty();
    }

    @Test
    void usesTheRulesOfTheIssuer() {
        var issuers = new OrderValidation(
                List.of(http, dns),
                issuer -> issuer.equals("ca")
                        ? ChallengeRules.none()
                                .withIssuerRules(List.of(new ChallengeRule(
                                        Suffix.EVERYTHING, List.of(ChallengeType.DNS_01), Optional.empty())))
                        : ChallengeRules.none(),
                Duration.ofMillis(50),
                Duration.ofMinutes(2),
                SampleOrders.REACHABLE,
                2);

        assertThat(issuers.run(
                        SampleOrders.of(List.of(AUTHORIZATION), List.of(NAME)),
                        account,
                        new PresentedChallenges(new ChallengeUses())))
                .isEqualTo(new ValidationResult.Authorized());

        assertThat(account.answered).containsExactly("t-dns-01");
    }

    @Test
    void triesTheNextMethodIfTheSelfCheckFails() {
        dns.failingNames.add("a.example.com");

        assertThat(run(1)).isEqualTo(new ValidationResult.Authorized());

        assertThat(account.answered).containsExactly("t-http-01");
        assertThat(dns.presented).isEmpty();
        assertThat(http.presented).isEmpty();
    }

    @Test
    void triesTheNextMethodIfPresentingIsRefused() {
        dns.failure = new PresentationException(Problem.of(ErrorCode.DNS_UPDATE_REFUSED, "wrong key"));
        assertThat(run(1)).isEqualTo(new ValidationResult.Authorized());
        assertThat(account.answered).containsExactly("t-http-01");
    }

    @Test
    void triesTheNextMethodIfPresentingIsUnavailable() {
        dns.failure = new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, "down"));
        assertThat(run(1)).isEqualTo(new ValidationResult.Authorized());
        assertThat(account.answered).containsExactly("t-http-01");
    }

    @Test
    void startsTheSecondAttemptWithTheOtherMethod() {
        assertThat(run(2)).isEqualTo(new ValidationResult.Authorized());
        assertThat(account.answered).containsExactly("t-http-01");
    }

    @Test
    void reportsEveryMethodIfAllFail() {
        dns.failure = new PresentationException(Problem.of(ErrorCode.DNS_UPDATE_REFUSED, "wrong key", "NOTAUTH"));
        http.failingNames.add("a.example.com");

        ValidationResult.Rejected rejected = (ValidationResult.Rejected) run(1);

        assertThat(rejected.problems())
                .extracting(IdentifierProblem::problem)
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(ErrorCode.DNS_UPDATE_REFUSED);
                    assertThat(problem.detail()).isEqualTo("dns-01: wrong key; then http-01: not visible");
                    assertThat(problem.evidence()).contains("dns-01: NOTAUTH");
                });
        assertThat(account.answered).isEmpty();
    }

    @Test
    void retriesLaterIfAllMethodsAreUnavailable() {
        dns.failure = new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, "down"));
        http.failure = new RetryLater(Problem.of(ErrorCode.INTERNAL, "down too"));
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> run(1));
    }

    /** Split-horizon DNS can fail every self-check of a name that the CA reaches: only the CA's decision counts. */
    @Test
    void letsTheCaDecideAfterTheSelfCheckEndedTwoAttempts() {
        dns.failingNames.add("a.example.com");
        http.failingNames.add("a.example.com");
        assertThat(run(2)).isInstanceOf(ValidationResult.Rejected.class);
        assertThat(account.answered).isEmpty();

        assertThat(run(3)).isEqualTo(new ValidationResult.Authorized());

        assertThat(account.answered).hasSize(1);
    }

    @Test
    void withdrawsResponsesOfAnEarlierRunAfterARefusal() {
        show(Status.INVALID);
        assertThat(run(1)).isInstanceOf(ValidationResult.Rejected.class);
        assertThat(dns.withdrawn).containsExactly("t-dns-01");
    }

    private ValidationResult run(int attempt) {
        return validation.run(
                SampleOrders.of(List.of(AUTHORIZATION), List.of(NAME), attempt),
                account,
                new PresentedChallenges(new ChallengeUses()));
    }

    private void show(Status status) {
        account.authorizations.put(
                AUTHORIZATION,
                new Authorization(
                        AUTHORIZATION, NAME, false, status, List.of(challenge("http-01"), challenge("dns-01"))));
    }

    private static Authorization.Challenge challenge(String type) {
        String token = "t-" + type;
        return new Authorization.Challenge(
                type, URI.create(AUTHORIZATION + "/" + type), token, token + ".thumbprint", Optional.empty());
    }
}
