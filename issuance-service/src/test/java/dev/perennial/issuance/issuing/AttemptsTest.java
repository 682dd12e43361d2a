package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Finalization;
import dev.perennial.events.KeyType;
import dev.perennial.events.Order;
import dev.perennial.issuance.checks.TestCaWithIntermediate;
import dev.perennial.vault.SecretPath;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several attempts of one order, at one CA or two: the order has one certificate, unless a second one is allowed. */
class AttemptsTest {
    private static final AcmeOrder SECOND_ORDER = new AcmeOrder(
            URI.create("https://other.example/order/2"),
            URI.create("https://other.example/order/2/finalize"),
            List.of(),
            Optional.empty());

    private final IssuanceTestSetup fixture = new IssuanceTestSetup();

    @BeforeEach
    void retryBriefly() {
        fixture.retryTimeout = IssuanceTestSetup.BRIEF;
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void reportsThatNothingWasSentIfTheCaIsUnreachable() {
        fixture.ca.unreachable = true;

        fixture.deliver();

        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.finalization()).contains(Finalization.NEVER);
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
        });
    }

    @Test
    void reportsARequestTimeoutAtOnceAndThatTheCaMayHaveIssued() {
        fixture.retryTimeout = Duration.ofSeconds(20);
        fixture.ca.silent = true;

        fixture.deliver();

        assertThat(fixture.ca.timeouts).isEqualTo(1);
        assertThat(fixture.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.finalization()).contains(Finalization.MAYBE);
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
            assertThat(failure.problem().nextAttemptAt())
                    .as("the order-service selects it")
                    .isEmpty();
        });

        fixture.ca.silent = false;
        fixture.deliver();
        assertThat(fixture.issued()).hasSize(1);
        assertThat(fixture.ca.accepted()).hasSize(1);
    }

    @Test
    void sendsNothingForAnAttemptThatItReportedAsNeverFinalized() {
        fixture.ca.unreachable = true;
        fixture.deliver();
        fixture.ca.unreachable = false;

        fixture.deliver();

        assertThat(fixture.ca.accepted()).isEmpty();
        assertThat(fixture.failures())
                .extracting(failure -> failure.finalization().orElseThrow())
                .containsExactly(Finalization.NEVER, Finalization.NEVER);
    }

    @Test
    void finalizesTheNextAttemptAfterOneThatWasNeverFinalized() {
        fixture.ca.unreachable = true;
        fixture.deliver();

        fixture.deliver(second(false));

        assertThat(fixture.fallback.accepted()).hasSize(1);
        assertThat(fixture.issued()).singleElement().satisfies(fact -> {
            assertThat(fact.attempt()).isEqualTo(2);
            assertThat(fact.issuer()).contains(IssuanceTestSetup.FALLBACK);
        });
    }

    @Test
    void reportsThatTheCaMayHaveIssuedIfAnAnswerIsLost() {
        fixture.ca.disappearsAfterFinalize = true;

        fixture.deliver();

        assertThat(fixture.failures()).singleElement().satisfies(failure -> assertThat(failure.finalization())
                .contains(Finalization.MAYBE));
        assertThat(fixture.ca.accepted()).hasSize(1);
    }

    @Test
    void reportsThatTheCaMayHaveIssuedIfAnotherDeliveryClaimedTheAttempt() {
        fixture.interruptions.runAt(CallInterruptions.When.BEFORE, 2, () -> {
            fixture.interruptions.nothing();
            fixture.ca.disappearsAfterFinalize = true;
            fixture.deliver();
        });

        fixture.deliver();

        assertThat(fixture.failures())
                .extracting(failure -> failure.finalization().orElseThrow())
                .doesNotContain(Finalization.NEVER);
    }

    @Test
    void usesTheCertificateOfTheEarlierAttempt() {
        issueWithoutAnswer();

        IssuanceResult result = fixture.deliver(second(false));

        assertThat(result).isInstanceOf(IssuanceResult.Issued.class);
        assertThat(fixture.fallback.accepted()).isEmpty();
        assertThat(fixture.issued()).singleElement().satisfies(fact -> {
            assertThat(fact.attempt()).isEqualTo(2);
            assertThat(fact.issuer()).contains(FakeIssuanceCa.ISSUER);
        });
        assertThat(fixture.deliver(second(false))).isInstanceOf(IssuanceResult.IssuedBefore.class);
        assertThat(fixture.issued())
                .extracting(fact -> fact.issuer().orElseThrow())
                .containsOnly(FakeIssuanceCa.ISSUER);
    }

    @Test
    void reportsAnUnusableCertificateOfTheEarlierAttemptInsteadOfFinalizing() {
        issueUnusableWithoutAnswer();

        fixture.deliver(second(true));
        fixture.deliver(second(true));

        assertThat(fixture.fallback.accepted()).isEmpty();
        assertThat(fixture.failures().stream().filter(failure -> failure.attempt() == 2))
                .hasSize(2)
                .allSatisfy(failure -> {
                    assertThat(failure.problem().code()).isEqualTo(ErrorCode.CERTIFICATE_MISMATCH);
                    assertThat(failure.problem().detail()).contains(FakeIssuanceCa.ISSUER);
                    assertThat(failure.finalization()).contains(Finalization.NEVER);
                });
    }

    @Test
    void finalizesTheAttemptAfterOneThatReportedAnUnusableCertificateOfAnEarlierOne() {
        issueUnusableWithoutAnswer();
        fixture.deliver(second(true));

        fixture.deliver(attempt(3, false));

        assertThat(fixture.failures()).noneMatch(failure -> failure.attempt() == 3);
        assertThat(fixture.issued()).singleElement().satisfies(fact -> assertThat(fact.issuer())
                .contains(IssuanceTestSetup.FALLBACK));
    }

    @Test
    void usesItsOwnCertificateIfTheOneOfTheEarlierAttemptIsUnusable() {
        fixture.ca.willIssue(fixture.ca.ca.issue(TestCaWithIntermediate.ecKey().getPublic(), List.of("evil.example")));
        issueWithoutAnswer();
        fixture.ca.unreachable = true;
        fixture.fallback.disappearsAfterFinalize = true;
        fixture.deliver(second(true));
        assertThat(fixture.fallback.accepted()).hasSize(1);
        fixture.ca.unreachable = false;
        fixture.fallback.unreachable = false;

        fixture.deliver(second(true));

        assertThat(fixture.failures())
                .noneMatch(failure ->
                        failure.attempt() == 2 && failure.finalization().orElseThrow() == Finalization.NEVER);
        assertThat(fixture.issued()).singleElement().satisfies(fact -> assertThat(fact.issuer())
                .contains(IssuanceTestSetup.FALLBACK));
    }

    @Test
    void theNextAttemptDoesNotReportAnUnusableCertificateAgain() {
        willIssueUnusable();
        fixture.deliver();
        fixture.deliver();

        fixture.deliver(second(false));

        assertThat(fixture.failures()).hasSize(2).allSatisfy(failure -> {
            assertThat(failure.attempt()).isEqualTo(1);
            assertThat(failure.problem().code()).isEqualTo(ErrorCode.CERTIFICATE_MISMATCH);
            assertThat(failure.finalization()).contains(Finalization.MAYBE);
        });
        assertThat(fixture.issued()).hasSize(1);
    }

    @Test
    void waitsForTheCaOfTheEarlierAttempt() {
        issueWithoutAnswer();
        fixture.ca.unreachable = true;

        fixture.deliver(second(false));

        assertThat(fixture.fallback.accepted()).isEmpty();
        assertThat(fixture.failures().getLast().finalization()).contains(Finalization.MAYBE);
        assertThat(fixture.failures().getLast().problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
    }

    @Test
    void finalizesASecondCertificateIfTheOrderAllowsIt() {
        issueWithoutAnswer();
        fixture.ca.unreachable = true;

        fixture.deliver(second(true));

        assertThat(fixture.fallback.accepted()).hasSize(1);
        assertThat(fixture.issued()).singleElement().satisfies(fact -> assertThat(fact.issuer())
                .contains(IssuanceTestSetup.FALLBACK));
    }

    @Test
    void asksTheFirstCaAgainAfterASecondAttemptWasNeverFinalized() {
        issueWithoutAnswer();
        fixture.ca.unreachable = true;
        fixture.fallback.unreachable = true;
        fixture.deliver(second(true));
        assertThat(fixture.failures().getLast().finalization()).contains(Finalization.NEVER);
        fixture.ca.unreachable = false;
        fixture.fallback.unreachable = false;

        fixture.deliver(attempt(3, true));

        assertThat(fixture.fallback.accepted()).isEmpty();
        assertThat(fixture.issued()).singleElement().satisfies(fact -> assertThat(fact.issuer())
                .contains(FakeIssuanceCa.ISSUER));
    }

    @Test
    void ignoresALateDeliveryOfAnEarlierAttempt() {
        issueWithoutAnswer();
        fixture.ca.unreachable = true;
        // Read the bundle, read the key, ask the first CA, name attempt 2 in Vault; then a crash.
        fixture.interruptions.crash(
                CallInterruptions.When.BEFORE, fixture.interruptions.calls().size() + 4);
        assertThatThrownBy(() -> fixture.deliver(second(true))).isInstanceOf(CallInterruptions.Crash.class);
        fixture.interruptions.nothing();
        fixture.ca.unreachable = false;
        int published = fixture.topic.size();

        IssuanceResult late = fixture.deliver();

        assertThat(late).isEqualTo(new IssuanceResult.SupersededAttempt(2));
        assertThat(fixture.topic).hasSize(published);
    }

    /** A secret without the number of an attempt, as an early version wrote it, says nothing about its CSR. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void neverStatesThatNothingWasSentForAKeyOfAnUnknownAttempt(int attempt) {
        fixture.vault.createOnly(
                SecretPath.orderKey(fixture.order.orderId()),
                fixture.keys.generate(KeyType.EC_P256).toSecret());
        fixture.ca.unreachable = true;
        fixture.fallback.unreachable = true;

        fixture.deliver(attempt == 1 ? fixture.order : second(false));

        assertThat(fixture.failures()).singleElement().satisfies(failure -> assertThat(failure.finalization())
                .contains(Finalization.MAYBE));
    }

    private void issueUnusableWithoutAnswer() {
        willIssueUnusable();
        issueWithoutAnswer();
    }

    private void willIssueUnusable() {
        fixture.ca.willIssue(fixture.ca.ca.issue(TestCaWithIntermediate.ecKey().getPublic(), List.of("evil.example")));
    }

    /** The CA issues, and no delivery learns of it. */
    private void issueWithoutAnswer() {
        fixture.ca.disappearsAfterFinalize = true;
        fixture.deliver();
        fixture.ca.unreachable = false;
        assertThat(fixture.ca.accepted()).hasSize(1);
        assertThat(fixture.issued()).isEmpty();
    }

    private Order second(boolean secondCertificateAllowed) {
        return attempt(2, secondCertificateAllowed);
    }

    private Order attempt(int attempt, boolean secondCertificateAllowed) {
        Order first = fixture.order;
        return new Order(
                first.certificateId(),
                first.orderId(),
                attempt,
                first.name(),
                first.owner(),
                IssuanceTestSetup.FALLBACK,
                first.identifiers(),
                first.keyType(),
                first.targets(),
                SECOND_ORDER,
                false,
                false,
                secondCertificateAllowed,
                Optional.empty());
    }
}
