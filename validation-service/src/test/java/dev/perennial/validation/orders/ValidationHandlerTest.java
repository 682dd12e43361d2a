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
import dev.perennial.events.Initiator;
import dev.perennial.events.Order;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.messaging.Shutdown;
import dev.perennial.platform.telemetry.Initiators;
import dev.perennial.validation.selection.ChallengeRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ValidationHandlerTest {
    private static final URI AUTHORIZATION = URI.create("https://ca.test/authorization");
    private static final Identifier NAME = Identifier.dns("a.example.com");
    private static final Retry BRIEF = retry(Duration.ofMillis(50));
    /** For tests that must succeed, also on a busy machine. */
    private static final Retry LONG = retry(Duration.ofSeconds(20));

    private static final Retry NONE = retry(Duration.ZERO);

    private final List<CloudEvent> published = new CopyOnWriteArrayList<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Order order = SampleOrders.of(List.of(), List.of(NAME));
    private final Order pendingOrder = SampleOrders.of(List.of(AUTHORIZATION), List.of(NAME));

    @Test
    void publishesOneFactUnderTheCertificateId() {
        handler(new ArrayDeque<>(), LONG).handle(order, Context.root());

        assertThat(published).singleElement().satisfies(event -> {
            assertThat(event.subject()).isEqualTo(order.certificateId().toString());
            assertThat(event.data()).isEqualTo(new OrderAuthorized(order));
        });
        assertThat(meters.counter("perennial_validations_total", "outcome", "authorized")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void publishesOnBehalfOfTheInitiatorOfTheRecord() {
        Initiator requester = new Initiator("topic:certificate.requests.shop");

        handler(new ArrayDeque<>(), LONG).handle(order, Initiators.in(Context.root(), requester));
        handler(new ArrayDeque<>(), LONG).handle(order, Context.root());

        assertThat(published)
                .extracting(event -> event.initiator().orElseThrow().id())
                .containsExactly("topic:certificate.requests.shop", "/perennial/validation-service");
    }

    @Test
    void continuesAfterTemporaryFailures() {
        handler(new ArrayDeque<>(List.of(ErrorCode.VAULT_UNAVAILABLE, ErrorCode.CA_UNAVAILABLE)), LONG)
                .handle(order, Context.root());
        assertThat(published.getFirst().data()).isInstanceOf(OrderAuthorized.class);
    }

    @Test
    void rejectsTemporarilyWhenTheRetryTimeEnds() {
        Deque<ErrorCode> always = new ArrayDeque<>();
        for (int i = 0; i < 1_000; i++) {
            always.add(ErrorCode.CA_UNAVAILABLE);
        }
        handler(always, BRIEF).handle(order, Context.root());

        OrderRejected rejected = (OrderRejected) published.getFirst().data();
        assertThat(rejected.problems()).singleElement().satisfies(p -> {
            assertThat(p.identifier()).isEqualTo(Identifier.dns("a.example.com"));
            assertThat(p.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
            assertThat(p.problem().nextAttemptAt()).isPresent();
        });
    }

    /** The services would otherwise wait for a CA that hangs, and failover would not know it. */
    @Test
    void reportsARequestTimeoutAtOnce() {
        FakeAcmeAccount account = pending();
        account.failure = timedOut();

        handler(new FailingAccounts(new ArrayDeque<>(), account), new FakeSolver(), LONG)
                .handle(pendingOrder, Context.root());

        OrderRejected rejected = (OrderRejected) published.getFirst().data();
        assertThat(rejected.problems()).singleElement().satisfies(it -> {
            assertThat(it.problem().code()).isEqualTo(ErrorCode.CA_UNAVAILABLE);
            assertThat(it.problem().nextAttemptAt())
                    .as("the order-service selects it")
                    .isEmpty();
        });
    }

    @Test
    void keepsTheResponsesAfterATimeoutUntilTheCaHasDecided() {
        FakeAcmeAccount account = pending();
        FakeSolver solver = new FakeSolver();
        List<List<String>> presented = new ArrayList<>();
        account.verdicts.add(() -> {
            throw timedOut();
        });
        account.verdicts.add(() -> {
            assertThat(published).hasSize(1);
            presented.add(List.copyOf(solver.presented));
            return new OrderProgress.Ready();
        });

        handler(new FailingAccounts(new ArrayDeque<>(), account), solver, LONG).handle(pendingOrder, Context.root());

        assertThat(presented).containsExactly(List.of("token"));
        assertThat(solver.presented).isEmpty();
        assertThat(published).singleElement().extracting(CloudEvent::data).isInstanceOf(OrderRejected.class);
    }

    @Test
    void withdrawsTheResponsesIfTheCaStillDoesNotAnswerAfterATimeout() {
        FakeAcmeAccount account = pending();
        FakeSolver solver = new FakeSolver();
        account.verdicts.addAll(Collections.nCopies(2, () -> {
            throw timedOut();
        }));

        handler(new FailingAccounts(new ArrayDeque<>(), account), solver, LONG).handle(pendingOrder, Context.root());

        assertThat(account.verdicts).isEmpty();
        assertThat(solver.presented).isEmpty();
    }

    /** Orders that have been reported must not occupy the service while their CA does not decide. */
    @Test
    void awaitsLateDecisionsOfALimitedNumberOfOrders() throws Exception {
        CountDownLatch awaiting = new CountDownLatch(ValidationHandler.MAX_LATE_DECISIONS);
        CountDownLatch decision = new CountDownLatch(1);
        ThreadLocal<FakeAcmeAccount> accounts = ThreadLocal.withInitial(() -> {
            FakeAcmeAccount account = pending();
            account.verdicts.add(() -> {
                throw timedOut();
            });
            account.verdicts.add(() -> {
                awaiting.countDown();
                await(decision);
                return new OrderProgress.Ready();
            });
            return account;
        });
        ValidationHandler handler = handler(new PerThreadAccounts(accounts), new FakeSolver(), LONG);
        Runnable validation = () -> handler.handle(pendingOrder, Context.root());

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, ValidationHandler.MAX_LATE_DECISIONS).forEach(i -> threads.execute(validation));
            try {
                assertThat(awaiting.await(30, TimeUnit.SECONDS)).isTrue();
                threads.submit(validation).get(30, TimeUnit.SECONDS);
                assertThat(published).hasSize(ValidationHandler.MAX_LATE_DECISIONS + 1);
            } finally {
                decision.countDown();
            }
        }
    }

    /** A DNS provider that refuses deletions must not occupy the service. */
    @Test
    void repeatsTheWithdrawalsOfALimitedNumberOfOrders() throws Exception {
        CountDownLatch repeating = new CountDownLatch(ValidationHandler.MAX_LATE_WITHDRAWALS);
        CountDownLatch provider = new CountDownLatch(1);
        FakeSolver solver = new FakeSolver();
        AtomicInteger tokens = new AtomicInteger();
        ThreadLocal<Integer> attempts = ThreadLocal.withInitial(() -> 0);
        Runnable refusal = () -> {
            attempts.set(attempts.get() + 1);
            if (attempts.get() == 3) {
                repeating.countDown();
                await(provider);
            }
            unavailable();
        };
        solver.withdrawals.addAll(Collections.nCopies(100_000, refusal));
        AcmeAccounts accounts =
                new PerThreadAccounts(ThreadLocal.withInitial(() -> ready("token-" + tokens.incrementAndGet())));
        ValidationHandler handler = handler(accounts, solver, BRIEF);
        Runnable validation = () -> handler.handle(pendingOrder, Context.root());

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, ValidationHandler.MAX_LATE_WITHDRAWALS).forEach(i -> threads.execute(validation));
            try {
                assertThat(repeating.await(30, TimeUnit.SECONDS)).isTrue();
                threads.submit(validation).get(30, TimeUnit.SECONDS);
            } finally {
                provider.countDown();
            }
        }
    }

    private record PerThreadAccounts(ThreadLocal<FakeAcmeAccount> accounts) implements AcmeAccounts {
        @Override
        public AcmeAccount of(String issuer, Registration registration) {
            return accounts.get();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RetryLater timedOut() {
        return new RetryLater(
                Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA does not answer"),
                new IOException(new HttpTimeoutException("no complete response")));
    }

    @Test
    void retriesTheWithdrawal() {
        FakeSolver solver = new FakeSolver();
        solver.withdrawals.addAll(Collections.nCopies(3, ValidationHandlerTest::unavailable));

        handler(new FailingAccounts(new ArrayDeque<>(), ready()), solver, LONG).handle(pendingOrder, Context.root());

        assertThat(published).extracting(CloudEvent::data).containsExactly(new OrderAuthorized(pendingOrder));
        assertThat(solver.withdrawn).containsExactly("token");
    }

    @Test
    void publishesTheResultBeforeItRetriesTheWithdrawal() {
        FakeSolver solver = new FakeSolver();
        List<Integer> publishedBefore = new ArrayList<>();
        solver.withdrawals.add(ValidationHandlerTest::unavailable);
        solver.withdrawals.add(() -> publishedBefore.add(published.size()));

        handler(new FailingAccounts(new ArrayDeque<>(), ready()), solver, LONG).handle(pendingOrder, Context.root());

        assertThat(publishedBefore).containsExactly(1);
    }

    @Test
    void leavesTheWithdrawalToTheNextDeliveryOnShutdown() {
        FakeSolver solver = new FakeSolver();
        solver.withdrawals.add(() -> {
            Thread.currentThread().interrupt();
            unavailable();
        });
        ValidationHandler handler = handler(new FailingAccounts(new ArrayDeque<>(), ready()), solver, LONG);

        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> handler.handle(pendingOrder, Context.root()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(solver.presented).containsExactly("token");
    }

    @Test
    void keepsTheResultIfTheWithdrawalFails() {
        FakeSolver solver = new FakeSolver();
        solver.withdrawals.addAll(Collections.nCopies(1_000, ValidationHandlerTest::unavailable));

        handler(new FailingAccounts(new ArrayDeque<>(), ready()), solver, BRIEF).handle(pendingOrder, Context.root());

        assertThat(published).extracting(CloudEvent::data).containsExactly(new OrderAuthorized(pendingOrder));
    }

    @Test
    void withdrawsWhenTheRetryTimeEndsWithoutADecision() {
        FakeAcmeAccount account = pending();
        FakeSolver solver = new FakeSolver();
        for (int i = 0; i < 1_000; i++) {
            account.verdicts.add(() -> {
                throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "unavailable"));
            });
        }

        handler(new FailingAccounts(new ArrayDeque<>(), account), solver, BRIEF).handle(pendingOrder, Context.root());

        assertThat(published.getFirst().data()).isInstanceOf(OrderRejected.class);
        assertThat(account.answered).isNotEmpty();
        assertThat(solver.presented).isEmpty();
    }

    @Test
    void publishesARejectionForADefectAndRethrowsIt() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> handler(null, LONG).handle(order, Context.root()));

        OrderRejected rejected = (OrderRejected) published.getFirst().data();
        assertThat(rejected.problems()).singleElement().satisfies(p -> {
            assertThat(p.problem().code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(p.problem().evidence()).contains("IllegalArgumentException");
        });
    }

    @Test
    void publishesNothingOnShutdown() {
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> handler(null, LONG).handle(order, Context.root()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(published).isEmpty();
    }

    @Test
    void publishesNoRejectionOnShutdown() {
        Deque<ErrorCode> unavailable = new ArrayDeque<>(List.of(ErrorCode.CA_UNAVAILABLE));
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(Shutdown.WorkInterrupted.class)
                    .isThrownBy(() -> handler(unavailable, NONE).handle(order, Context.root()));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(published).isEmpty();
    }

    private static void unavailable() {
        throw new RetryLater(Problem.of(ErrorCode.DNS_UNAVAILABLE, "unavailable"));
    }

    /** An account with a pending authorization whose order becomes ready. */
    private static FakeAcmeAccount ready() {
        return ready("token");
    }

    private static FakeAcmeAccount ready(String token) {
        FakeAcmeAccount account = pending(token);
        account.verdicts.add(OrderProgress.Ready::new);
        return account;
    }

    private static FakeAcmeAccount pending() {
        return pending("token");
    }

    private static FakeAcmeAccount pending(String token) {
        FakeAcmeAccount account = new FakeAcmeAccount();
        var challenge =
                new Authorization.Challenge("http-01", AUTHORIZATION, token, token + ".thumbprint", Optional.empty());
        account.authorizations.put(
                AUTHORIZATION,
                new Authorization(AUTHORIZATION, NAME, false, Authorization.Status.PENDING, List.of(challenge)));
        return account;
    }

    private static Retry retry(Duration limit) {
        return new Retry(Duration.ofMillis(1), Duration.ofMillis(2), limit);
    }

    private ValidationHandler handler(Deque<ErrorCode> failures, Retry retry) {
        return handler(new FailingAccounts(failures, new FakeAcmeAccount()), new FakeSolver(), retry);
    }

    private ValidationHandler handler(AcmeAccounts accounts, FakeSolver solver, Retry retry) {
        return new ValidationHandler(
                accounts,
                new OrderValidation(
                        List.of(solver),
                        issuer -> ChallengeRules.none(),
                        Duration.ZERO,
                        Duration.ZERO,
                        SampleOrders.REACHABLE,
                        2),
                retry,
                retry,
                Duration.ofMinutes(1),
                new ChallengeUses(),
                published::add,
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
                throw new RetryLater(Problem.of(failures.removeFirst(), "unavailable"));
            }
            return account;
        }
    }
}
