package dev.perennial.orders.requests;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.revocation.RevocationAnswer;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class CertificateRequestsIT {
    private static final CertificateRequested SHOP = request("shop", List.of("web-1"), "shop.example.com");

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void commitsAllResultsOfARequestInOneTransaction() {
        AcceptedOrder answer = parts.accepted("r1", SHOP);

        assertThat(answer.disposition()).isEqualTo(Disposition.ORDERED);
        assertThat(parts.facts()).containsExactly("certificate.accepted");
        assertThat(parts.count("certificate")).isOne();
        assertThat(parts.count("timeline")).isOne();
        assertThat(parts.order(answer).state()).isInstanceOf(OrderState.Due.class);
        assertThat(parts.order(answer).traceparent()).contains(ServiceFixture.TRACEPARENT);
    }

    @Test
    void processesAnEventOnce() {
        SubmissionResult<AcceptedOrder> first = parts.submit("r1", SHOP);

        SubmissionResult<AcceptedOrder> second = parts.submit("r1", SHOP);

        assertThat(second).isEqualTo(first);
        assertThat(parts.facts()).containsExactly("certificate.accepted");
        assertThat(parts.count("timeline")).isOne();
    }

    @Test
    void refusesARequestOfAnotherTypeWithTheSameId() {
        parts.accepted("r1", SHOP);

        SubmissionResult<RevocationAnswer> second = parts.revocations.submit(new Submission<>(
                ServiceFixture.CALLER,
                "test",
                "r1",
                Optional.empty(),
                false,
                Optional.empty(),
                new RevocationRequested(
                        Optional.empty(),
                        Optional.of("web"),
                        Optional.of("shop"),
                        Optional.empty(),
                        Optional.empty(),
                        RevocationReason.SUPERSEDED,
                        Optional.empty(),
                        Optional.empty())));

        assertThat(ServiceFixture.problems(second)).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.INVALID_FIELD);
            assertThat(problem.detail())
                    .isEqualTo("the id was used for a request of type certificate.requested before; this request has no"
                            + " effect, repeat it with a new id");
        });
        assertThat(parts.facts()).containsExactly("certificate.accepted", "certificate.refused");
        assertThat(parts.accepted("r1", SHOP).disposition()).isEqualTo(Disposition.ORDERED);
    }

    @Test
    void answersASecondRequestWithTheRunningOrder() {
        AcceptedOrder first = parts.accepted("r1", SHOP);

        AcceptedOrder second = parts.accepted("r2", SHOP);

        assertThat(second)
                .isEqualTo(new AcceptedOrder(first.certificateId(), first.orderId(), Disposition.ALREADY_RUNNING));
        assertThat(parts.count("certificate_order")).isOne();
    }

    @Test
    void refusesAnotherSpecWhileAnOrderIsRunning() {
        parts.submit("r1", SHOP);

        SubmissionResult<AcceptedOrder> second = parts.submit("r2", request("shop", List.of(), "shop.example.com"));

        assertThat(codes(second)).containsExactly(ErrorCode.ORDER_RUNNING);
        assertThat(parts.facts()).containsExactly("certificate.accepted", "certificate.refused");
    }

    @Test
    void createsANewOrderAfterAFailure() {
        AcceptedOrder first = parts.accepted("r1", SHOP);
        move(first, new OrderState.Failed(1, Problem.of(ErrorCode.CA_REFUSED, "no")));

        AcceptedOrder second = parts.accepted("r2", SHOP);

        assertThat(second.disposition()).isEqualTo(Disposition.ORDERED);
        assertThat(second.certificateId()).isEqualTo(first.certificateId());
        assertThat(second.orderId()).isNotEqualTo(first.orderId());
    }

    @Test
    void acceptsANewSpecWhenNothingIsRunning() {
        AcceptedOrder first = parts.accepted("r1", SHOP);
        move(first, new OrderState.Failed(1, Problem.of(ErrorCode.CA_REFUSED, "no")));

        AcceptedOrder second = parts.accepted("r2", request("shop", List.of(), "new.example.com"));

        assertThat(parts.order(second).spec().identifiers().getFirst().value()).isEqualTo("new.example.com");
        assertThat(parts.accepted("r3", request("shop", List.of(), "new.example.com"))
                        .disposition())
                .isEqualTo(Disposition.ALREADY_RUNNING);
    }

    @Test
    void repeatsTheAnswerForAnIdempotencyKeyAndRefusesAnotherBody() {
        SubmissionResult<AcceptedOrder> first = parts.certificateRequests.submit(rest("k1", "digest-1", SHOP));

        SubmissionResult<AcceptedOrder> again = parts.certificateRequests.submit(rest("k1", "digest-1", SHOP));
        SubmissionResult<AcceptedOrder> other =
                parts.certificateRequests.submit(rest("k1", "digest-2", request("x", List.of(), "x.example.com")));

        assertThat(again).isEqualTo(first);
        assertThat(codes(other)).containsExactly(ErrorCode.INVALID_FIELD);
        assertThat(parts.count("certificate")).isOne();
    }

    @Test
    void keepsNothingOfARefusedRestRequest() {
        SubmissionResult<AcceptedOrder> refused =
                parts.certificateRequests.submit(rest("k1", "digest-1", request("x", List.of(), "x.example.org")));
        SubmissionResult<AcceptedOrder> corrected =
                parts.certificateRequests.submit(rest("k1", "digest-2", request("x", List.of(), "x.example.com")));

        assertThat(codes(refused)).containsExactly(ErrorCode.FORBIDDEN_NAME);
        assertThat(corrected).isInstanceOf(SubmissionResult.Accepted.class);
        assertThat(parts.facts()).containsExactly("certificate.accepted");
    }

    @Test
    void createsOneOrderFromConcurrentRequests() throws Exception {
        int requests = 24;
        CountDownLatch ready = new CountDownLatch(requests);
        List<Future<SubmissionResult<AcceptedOrder>>> answers = new ArrayList<>();
        try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < requests; i++) {
                // Each event is delivered twice.
                String id = "r" + i / 2;
                answers.add(pool.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return withRetries(() -> parts.submit(id, SHOP));
                }));
            }
        }

        List<Disposition> dispositions = new ArrayList<>();
        for (Future<SubmissionResult<AcceptedOrder>> answer : answers) {
            dispositions.add(ServiceFixture.accepted(answer.get()).disposition());
        }
        assertThat(parts.count("certificate_order")).isOne();
        assertThat(parts.count("certificate")).isOne();
        assertThat(parts.facts()).hasSize(requests / 2);
        assertThat(dispositions).contains(Disposition.ORDERED, Disposition.ALREADY_RUNNING);
    }

    @Test
    void refusesAnUnreadableRecordOnce() {
        Problem problem = Problem.of(ErrorCode.MALFORMED_JSON, "no JSON");

        parts.certificateRequests.refuseUnreadable(
                Caller.ofTopic("certificate.requests"), "certificate.requests-0-1", "r1", problem, Optional.empty());
        parts.certificateRequests.refuseUnreadable(
                Caller.ofTopic("certificate.requests"), "certificate.requests-0-1", "r1", problem, Optional.empty());

        assertThat(parts.facts()).containsExactly("certificate.refused");
    }

    @Test
    void answersWithTheCurrentCertificate() {
        AcceptedOrder first = parts.accepted("r1", SHOP);
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate SET serial = '1', fingerprint = 'f', vault_path = 'p', vault_version = 1,"
                        + " not_before = now() - interval '1 day', not_after = now() + interval '9 days'"));
        move(
                first,
                new OrderState.Issued(
                        1,
                        new dev.perennial.rules.lifecycle.Rollout(
                                "f",
                                new java.util.TreeSet<>(List.of("web-1")),
                                new java.util.TreeSet<>(),
                                new java.util.TreeMap<>()),
                        Optional.empty()));

        assertThat(parts.accepted("r2", SHOP).disposition()).isEqualTo(Disposition.ALREADY_CURRENT);

        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET not_after = now() + interval '1 hour'"));
        assertThat(parts.accepted("r3", SHOP).disposition()).isEqualTo(Disposition.ORDERED);
    }

    private void move(AcceptedOrder answer, OrderState state) {
        parts.database.inTransaction(tx -> {
            new Orders(tx).move(answer.orderId(), state, parts.clock.instant());
            return state;
        });
    }

    private static SubmissionResult<AcceptedOrder> withRetries(Supplier<SubmissionResult<AcceptedOrder>> work) {
        return new dev.perennial.platform.messaging.Retry(
                        Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofSeconds(20))
                .call("a request", java.time.Clock.systemUTC(), work::get);
    }

    private static Submission<CertificateRequested> rest(String key, String digest, CertificateRequested request) {
        return new Submission<>(
                ServiceFixture.CALLER, "rest", key, Optional.of(digest), true, Optional.empty(), request);
    }

    private static List<ErrorCode> codes(SubmissionResult<AcceptedOrder> answer) {
        return ServiceFixture.problems(answer).stream().map(Problem::code).toList();
    }
}
