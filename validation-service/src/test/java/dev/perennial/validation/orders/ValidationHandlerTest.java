package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.Authorization;
import dev.perennial.acme.OrderProgress;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Order;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.validation.selection.ChallengeRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ValidationHandlerTest {
    private static final URI AUTHORIZATION = URI.create("https://ca.test/authorization");
    private static final Identifier NAME = Identifier.dns("a.example.com");
    private static final Retry BRIEF = patience(Duration.ofMillis(50));
    /** For what ends well, on a machine that is busy with other things too. */
    private static final Retry LONG = patience(Duration.ofSeconds(20));

    private static final Retry NONE = patience(Duration.ZERO);

    private final List<CloudEvent> told = new ArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Order order = SampleOrders.of(List.of(), List.of(NAME));
    private final Order pendingOrder = SampleOrders.of(List.of(AUTHORIZATION), List.of(NAME));

    @Test
    void tellsOneFactUnderTheCertificatesKey() {
        desk(new ArrayDeque<>(), LONG).serve(order, Context.root());

        assertThat(told).singleElement().satisfies(event -> {
            assertThat(event.subject()).isEqualTo(order.certificateId().toString());
            assertThat(event.data()).isEqualTo(new OrderAuthorized(order));
        });
        assertThat(meters.counter("perennial_validations_total", "outcome", "authorized")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void goesOnWhenWhatWasAwayIsBack() {
        desk(new ArrayDeque<>(List.of(ErrorCode.VAULT_UNAVAILABLE, ErrorCode.CA_UNAVAILABLE)), LONG)
                .serve(order, Context.root());
        assertThat(told.getFirst().data()).isInstanceOf(OrderAuthorized.class);
    }

    @Test
    void rejectsForNowWhenPatienceEnds() {
        Deque<ErrorCode> always = new ArrayDeque<>();
        for (int i = 0; i < 1_000; i++) {
            always.add(ErrorCode.CA_UNAVAILABLE);
        }
        desk(always, BRIEF).serve(order, Context.root());

        OrderRejected rejected = (OrderRejected) told.getFirst().data();
        assertThat(rejected.problems()).singleElement().satisfies(p -> {
            assertThat(p.identifier()).isEqualTo(Identifier.dns("a.example.com"));
            assertThat(p.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
            assertThat(p.problem().nextAttemptAt()).isPresent();
        });
    }

    @Test
    void takesBackWhatItPresentedAsSoonAsThatIsPossible() {
        FakeSolver prover = new FakeSolver();
        prover.withdrawals.addAll(Collections.nCopies(3, ValidationHandlerTest::away));

        desk(new FailingAccounts(new ArrayDeque<>(), ready()), prover, LONG).serve(pendingOrder, Context.root());

        assertThat(told).extracting(CloudEvent::data).containsExactly(new OrderAuthorized(pendingOrder));
        assertThat(prover.withdrawn).containsExactly("token");
    }

    @Test
    void tellsTheResultBeforeItWaitsForWhatCannotBeTakenBackYet() {
        FakeSolver prover = new FakeSolver();
        List<Integer> toldBefore = new ArrayList<>();
        prover.withdrawals.add(ValidationHandlerTest::away);
        prover.withdrawals.add(() -> toldBefore.add(told.size()));

        desk(new FailingAccounts(new ArrayDeque<>(), ready()), prover, LONG).serve(pendingOrder, Context.root());

        assertThat(toldBefore).containsExactly(1);
    }

    @Test
    void leavesItToTheNextDeliveryToTakeBackWhatIsLeftWhenItIsStopped() {
        FakeSolver prover = new FakeSolver();
        prover.withdrawals.add(() -> {
            Thread.currentThread().interrupt();
            away();
        });
        ValidationHandler desk = desk(new FailingAccounts(new ArrayDeque<>(), ready()), prover, LONG);

        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> desk.serve(pendingOrder, Context.root()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(prover.presented).containsExactly("token");
    }

    @Test
    void letsAProofStandWhereWhatWasPresentedIsLeftBehind() {
        FakeSolver prover = new FakeSolver();
        prover.withdrawals.addAll(Collections.nCopies(1_000, ValidationHandlerTest::away));

        desk(new FailingAccounts(new ArrayDeque<>(), ready()), prover, BRIEF).serve(pendingOrder, Context.root());

        assertThat(told).extracting(CloudEvent::data).containsExactly(new OrderAuthorized(pendingOrder));
    }

    @Test
    void withdrawsWhatTheCaNeverDecidedAboutWhenPatienceEnds() {
        FakeAcmeAccount account = pending();
        FakeSolver prover = new FakeSolver();
        for (int i = 0; i < 1_000; i++) {
            account.verdicts.add(() -> {
                throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "away"));
            });
        }

        desk(new FailingAccounts(new ArrayDeque<>(), account), prover, BRIEF).serve(pendingOrder, Context.root());

        assertThat(told.getFirst().data()).isInstanceOf(OrderRejected.class);
        assertThat(account.answered).isNotEmpty();
        assertThat(prover.presented).isEmpty();
    }

    @Test
    void tellsTheOrderServiceOfADefectAndPassesItOn() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> desk(null, LONG).serve(order, Context.root()));

        OrderRejected rejected = (OrderRejected) told.getFirst().data();
        assertThat(rejected.problems()).singleElement().satisfies(p -> {
            assertThat(p.problem().code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(p.problem().evidence()).contains("IllegalArgumentException");
        });
    }

    @Test
    void saysNothingWhenItIsStopped() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> desk(null, LONG).serve(order, Context.root()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(told).isEmpty();
    }

    @Test
    void takesNoRejectionForOneWhileItIsStopped() {
        Deque<ErrorCode> away = new ArrayDeque<>(List.of(ErrorCode.CA_UNAVAILABLE));
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> desk(away, NONE).serve(order, Context.root()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(told).isEmpty();
    }

    private static void away() {
        throw new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, "away"));
    }

    /** Its CA waits for a proof, and takes it. */
    private static FakeAcmeAccount ready() {
        FakeAcmeAccount account = pending();
        account.verdicts.add(OrderProgress.Ready::new);
        return account;
    }

    private static FakeAcmeAccount pending() {
        FakeAcmeAccount account = new FakeAcmeAccount();
        var challenge =
                new Authorization.Challenge("http-01", AUTHORIZATION, "token", "token.thumbprint", Optional.empty());
        account.authorizations.put(
                AUTHORIZATION,
                new Authorization(AUTHORIZATION, NAME, false, Authorization.Status.PENDING, List.of(challenge)));
        return account;
    }

    private static Retry patience(Duration limit) {
        return new Retry(Duration.ofMillis(1), Duration.ofMillis(2), limit);
    }

    private ValidationHandler desk(Deque<ErrorCode> failures, Retry retry) {
        return desk(new FailingAccounts(failures, new FakeAcmeAccount()), new FakeSolver(), retry);
    }

    private ValidationHandler desk(AcmeAccounts accounts, FakeSolver prover, Retry retry) {
        return new ValidationHandler(
                accounts,
                new OrderValidation(List.of(prover), issuer -> ChallengeRules.none(), Duration.ZERO, Duration.ZERO),
                retry,
                Duration.ofMinutes(1),
                told::add,
                meters,
                Clock.systemUTC());
    }

    private record FailingAccounts(Deque<ErrorCode> failures, FakeAcmeAccount account) implements AcmeAccounts {
        @Override
        public AcmeAccount of(String issuer, Registration registration) {
            assertThat(registration).isEqualTo(Registration.NEVER);
            if (failures == null) {
                throw new IllegalArgumentException("the issuer is not configured");
            }
            if (!failures.isEmpty()) {
                throw new RetryLater(Problem.of(failures.removeFirst(), "away"));
            }
            return account;
        }
    }
}
