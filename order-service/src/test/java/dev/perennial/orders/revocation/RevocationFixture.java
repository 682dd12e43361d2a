package dev.perennial.orders.revocation;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.events.Sha256;
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.parts.IssuedFixture;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.parts.TestCa;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Issued certificates and requests to revoke them. */
final class RevocationFixture {
    final ServiceFixture parts = new ServiceFixture();
    final TestCa ca = new TestCa();
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused);
    private final RevocationReports reports =
            new RevocationReports(parts.database, parts.revocationRules, parts.clock, parts.meters, parts.refused);

    ErrorCode refusal(String id, RevocationRequested request) {
        return ServiceFixture.problems(submit(id, request)).getFirst().code();
    }

    RevocationAnswer requestRevocation(CertificateId certificate, RevocationReason reason) {
        return ServiceFixture.accepted(
                submit("request-" + UUID.randomUUID(), about(certificate, reason, Optional.empty())));
    }

    SubmissionResult<RevocationAnswer> submit(String id, RevocationRequested request) {
        return parts.revocations.submit(new Submission<>(
                ServiceFixture.CALLER,
                "test",
                id,
                Optional.empty(),
                false,
                Optional.of(ServiceFixture.TRACEPARENT),
                request));
    }

    static RevocationRequested about(CertificateId certificate, RevocationReason reason, Optional<Boolean> replace) {
        return new RevocationRequested(
                Optional.of(certificate),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                reason,
                Optional.of("a test"),
                replace);
    }

    void process() {
        process(parts.clock);
    }

    void process(Clock clock) {
        new RevocationTask(parts.database, parts.revocationRules, clock).round();
    }

    /** Lets this time pass for all revocations. */
    void pass(Duration time) {
        parts.database.inTransaction(tx -> tx.createUpdate(
                        "UPDATE revocation SET due_at = due_at - CAST(:time AS interval), revoke_by = revoke_by - CAST(:time AS interval)")
                .bind("time", time.toSeconds() + " seconds")
                .execute());
    }

    CertificateId issued(String name, List<String> targets, PublicKey key) {
        var answer = parts.accepted("request-" + name, request(name, targets, name + ".example.com"));
        place(answer.orderId());
        issue(answer.certificateId(), answer.orderId(), ca.leaf(key));
        return answer.certificateId();
    }

    void place(OrderId order) {
        IssuedFixture.place(parts, order);
    }

    void issue(CertificateId certificate, OrderId order, X509Certificate leaf) {
        recorder.record(parts.event(new CertificateIssued(
                certificate,
                order,
                1,
                "shop",
                List.of(),
                targets(order),
                leaf.getSerialNumber().toString(16),
                Sha256.fingerprint(leaf),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant(),
                List.of(TestCa.pem(leaf), TestCa.pem(ca.certificate())),
                "certificates/" + certificate,
                1,
                false,
                Optional.empty())));
    }

    private List<String> targets(OrderId order) {
        return parts.database
                .inTransaction(tx -> new Orders(tx).find(order).orElseThrow())
                .spec()
                .targets();
    }

    void deployed(CertificateId certificate, String host) {
        recorder.record(parts.event(new CertificateDeployed(
                certificate,
                latest(certificate).id(),
                "shop",
                host,
                current(certificate).serial(),
                current(certificate).fingerprint(),
                "127.0.0.1:443",
                "shop.example.com",
                "TLSv1.3",
                "1")));
    }

    CertificateRevoked revoked(String fingerprint) {
        IssuedCertificate issued = find(fingerprint);
        return new CertificateRevoked(
                issued.certificateId(),
                issued.orderId(),
                fingerprint,
                issued.serial(),
                row(fingerprint).reason(),
                parts.clock.instant(),
                1);
    }

    RevocationFailed failed(String fingerprint, ErrorCode code) {
        IssuedCertificate issued = find(fingerprint);
        return new RevocationFailed(
                issued.certificateId(), issued.orderId(), fingerprint, Problem.of(code, "by this test"));
    }

    void report(OrderFact fact) {
        assertThat(reports.record(parts.event(fact))).isTrue();
    }

    List<RevocationOrdered> ordered() {
        return parts.database.inTransaction(tx -> tx
                .createQuery("SELECT data FROM outbox WHERE type = 'revocation.ordered' ORDER BY seq")
                .mapTo(byte[].class)
                .list()
                .stream()
                .map(RevocationFixture::read)
                .toList());
    }

    private static RevocationOrdered read(byte[] data) {
        try {
            return EventCodec.mapper().readValue(data, RevocationOrdered.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    void postponeRenewal(CertificateId certificate) {
        parts.database.inTransaction(tx -> {
            Instant now = parts.clock.instant();
            new ScheduledTasks(tx).postpone(certificate, ScheduledTask.RENEW, now.plus(Duration.ofDays(60)), now);
            return certificate;
        });
    }

    Instant due(String task, CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM scheduled_task WHERE kind = :kind AND certificate_id = :id")
                        .bind("kind", task)
                        .bind("id", certificate.value())
                        .mapTo(Instant.class)
                        .one());
    }

    List<String> initiators(String query) {
        return parts.database.inTransaction(
                tx -> tx.createQuery(query).mapTo(String.class).list());
    }

    List<String> timeline(CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT entry FROM timeline WHERE certificate_id = :id ORDER BY seq")
                        .bind("id", certificate.value())
                        .mapTo(String.class)
                        .list());
    }

    Revocation row(String fingerprint) {
        return parts.database.inTransaction(
                tx -> new RevocationTable(tx).find(fingerprint).orElseThrow());
    }

    StoredOrder latest(CertificateId certificate) {
        return parts.database.inTransaction(tx -> new Orders(tx).of(certificate).getFirst());
    }

    IssuedCertificate current(CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(certificate).orElseThrow());
    }

    IssuedCertificate find(String fingerprint) {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).find(fingerprint).orElseThrow());
    }
}
