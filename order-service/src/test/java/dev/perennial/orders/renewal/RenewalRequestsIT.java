package dev.perennial.orders.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.parts.ConcurrentTransfer;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.lifecycle.OrderCause;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RenewalRequestsIT {
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/o"), URI.create("https://ca.test/f"), List.of(), Optional.empty());

    private final ServiceFixture parts = new ServiceFixture();
    private final RenewalRequests renewals =
            new RenewalRequests(parts.submissions, parts.access, parts.ownerPolicy, parts.clock);
    private CertificateId id;

    @BeforeEach
    void serve() {
        id = IssuedFixture.with(parts, "shop", parts.clock.instant(), Duration.ofDays(90));
    }

    @Test
    void renewsACertificateOnRequest() {
        SubmissionResult<AcceptedOrder> answer =
                renewals.submit(submission("w1", about(Optional.of("shop"), Optional.of("new root"))));

        assertThat(ServiceFixture.accepted(answer).disposition()).isEqualTo(Disposition.ORDERED);
        assertThat(parts.database
                        .inTransaction(tx -> new Orders(tx).of(id))
                        .getFirst()
                        .cause())
                .isEqualTo(OrderCause.RENEWAL_REQUESTED);
        assertThat(parts.facts()).endsWith("renewal.started", "certificate.accepted");
    }

    @Test
    void processesARequestOnce() {
        SubmissionResult<AcceptedOrder> first =
                renewals.submit(submission("w1", about(Optional.of("shop"), Optional.empty())));

        assertThat(renewals.submit(submission("w1", about(Optional.of("shop"), Optional.empty()))))
                .isEqualTo(first);
        assertThat(parts.count("certificate_order")).isEqualTo(2);
    }

    @Test
    void returnsTheOrderThatIsUnderWay() {
        renewals.submit(submission("w1", about(Optional.of("shop"), Optional.empty())));

        SubmissionResult<AcceptedOrder> second = renewals.submit(submission(
                "w2", new RenewalRequested(Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty())));

        assertThat(ServiceFixture.accepted(second).disposition()).isEqualTo(Disposition.ALREADY_RUNNING);
    }

    @Test
    void authorizesTheOwnerThatTheCertificateHasUnderItsLock() {
        IssuedFixture.issue(parts, latest(), parts.clock.instant(), Duration.ofDays(90));
        Caller web = Caller.overRest(new Principal("user:web", List.of(Grant.forOwner(Role.REQUESTER, "web"))));

        SubmissionResult<AcceptedOrder> result = ConcurrentTransfer.during(
                parts,
                id,
                "blog",
                () -> renewals.submit(submission(
                        web,
                        "w1",
                        new RenewalRequested(Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty()))));

        assertThat(ServiceFixture.problems(result)).extracting(Problem::code).containsExactly(ErrorCode.ACCESS_DENIED);
        assertThat(parts.count("certificate_order")).isEqualTo(1);
    }

    @Test
    void refusesRequestsWithoutAnExistingCertificate() {
        assertRefused(ErrorCode.NOT_FOUND, about(Optional.of("gone"), Optional.empty()));
        assertRefused(ErrorCode.INVALID_FIELD, about(Optional.empty(), Optional.empty()));
        assertRefused(ErrorCode.INVALID_FIELD, about(Optional.of("shop"), Optional.of("x".repeat(501))));
        assertRefused(ErrorCode.NOT_FOUND, about(Optional.of("sh\0p"), Optional.empty()));
        assertThat(parts.facts()).endsWith("certificate.refused");
        assertThat(parts.count("certificate_order")).isEqualTo(1);
    }

    @Test
    void reusesTheKeyUnlessItIsCompromised() {
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET key_reuse = true"));
        renewals.submit(submission("w1", about(Optional.of("shop"), Optional.empty())));
        assertThat(latest().toEvent(1, ACME).keyReuse()).isTrue();
        IssuedFixture.issue(parts, latest(), parts.clock.instant(), Duration.ofDays(90));

        parts.database.inTransaction(tx ->
                tx.execute("UPDATE issued_certificate SET revoked_at = now(), revocation_reason = 'keyCompromise'"));
        renewals.submit(submission("w2", about(Optional.of("shop"), Optional.empty())));

        assertThat(latest().cause()).isEqualTo(OrderCause.RENEWAL_REQUESTED);
        assertThat(latest().toEvent(1, ACME).keyReuse()).isFalse();
    }

    private StoredOrder latest() {
        return parts.database.inTransaction(tx -> new Orders(tx).of(id)).getFirst();
    }

    private void assertRefused(ErrorCode code, RenewalRequested request) {
        assertThat(ServiceFixture.problems(renewals.submit(submission("w" + request.hashCode(), request)))
                        .getFirst()
                        .code())
                .isEqualTo(code);
    }

    private static RenewalRequested about(Optional<String> name, Optional<String> reason) {
        return new RenewalRequested(Optional.empty(), Optional.of("web"), name, reason);
    }

    private static Submission<RenewalRequested> submission(String id, RenewalRequested request) {
        return submission(ServiceFixture.CALLER, id, request);
    }

    private static Submission<RenewalRequested> submission(Caller caller, String id, RenewalRequested request) {
        return new Submission<>(
                caller, "test", id, Optional.empty(), false, Optional.of(ServiceFixture.TRACEPARENT), request);
    }
}
