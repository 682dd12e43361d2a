package dev.perennial.orders.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.acme.AddressPolicy;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
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
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import io.vertx.core.Vertx;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StatusWatchIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final Vertx vertx = Vertx.vertx();
    private final StatusServer web = new StatusServer();
    private final TestCa ca = new TestCa();
    private final X509Certificate leaf = ca.leaf(TestCa.crlAt(web.url("/list").toString()));
    private StatusWatch watch;
    private CertificateId shop;

    @BeforeEach
    void serve() throws GeneralSecurityException {
        StatusFetch fetch = new StatusFetch(vertx, AddressPolicy.of(List.of("127.0.0.0/8")), Duration.ofSeconds(10));
        CrlCache lists = new CrlCache(fetch, 100_000, 16_000_000L, Duration.ZERO, parts.clock);
        watch = new StatusWatch(
                parts.database,
                new StatusCheck(fetch, lists, parts.clock),
                Duration.ofHours(6),
                Duration.ofHours(1),
                parts.clock,
                parts.meters);
        AcceptedOrder answer =
                parts.accepted("r1", ServiceFixture.request("shop", List.of("web-1"), "shop.example.com"));
        shop = answer.certificateId();
        IssuedFixture.place(parts, answer.orderId());
        new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock, parts.refused)
                .record(parts.event(new CertificateIssued(
                        shop,
                        answer.orderId(),
                        1,
                        "shop",
                        List.of(),
                        List.of("web-1"),
                        leaf.getSerialNumber().toString(16),
                        Sha256.fingerprint(leaf),
                        leaf.getNotBefore().toInstant(),
                        leaf.getNotAfter().toInstant(),
                        List.of(TestCa.pem(leaf), TestCa.pem(ca.certificate())),
                        "certificates/" + shop,
                        1,
                        false,
                        Optional.empty())));
        postponeRenewal();
    }

    @AfterEach
    void close() {
        web.close();
        vertx.close();
    }

    @Test
    void storesTheStatusAndTheTimeOfItsFirstCheck() {
        web.bodies.put("/list", list());
        watch.check(shop);
        StatusTable.Row first = status();
        assertThat(first.status()).isEqualTo(StatusResult.Status.GOOD);
        assertThat(first.source()).contains(web.url("/list").toString());
        assertThat(due(ScheduledTask.CHECK_STATUS))
                .isEqualTo(first.nextCheckAt())
                .isAfter(in(Duration.ofHours(4)));

        watch.check(shop);
        assertThat(status().since()).isEqualTo(first.since());
        assertThat(status().checkedAt()).isAfter(first.checkedAt());

        web.close();
        watch.check(shop);
        assertThat(status().status()).as("valid until its nextUpdate").isEqualTo(StatusResult.Status.GOOD);
        assertThat(detected()).isZero();
    }

    @Test
    void detectsARevocationByOthersAndRenewsAtOnce() {
        web.bodies.put("/list", list(leaf));

        watch.check(shop);
        watch.check(shop);

        assertThat(status().status()).isEqualTo(StatusResult.Status.REVOKED);
        assertThat(current().revokedAt()).isPresent();
        assertThat(current().revocationReason()).contains("keyCompromise");
        assertThat(parts.count("compromised_key")).isEqualTo(1);
        assertThat(due(ScheduledTask.RENEW)).isBefore(parts.clock.instant());
        assertThat(detected()).as("once").isEqualTo(1);
        assertThat(timeline()).contains("revocation.detected");
    }

    @Test
    void doesNotReportARequestedRevocationAsDetected() {
        parts.revocations.submit(new Submission<>(
                ServiceFixture.CALLER,
                "test",
                "r2",
                Optional.empty(),
                true,
                Optional.empty(),
                new RevocationRequested(
                        Optional.of(shop),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        RevocationReason.SUPERSEDED,
                        Optional.empty(),
                        Optional.empty())));
        web.bodies.put("/list", list(leaf));

        watch.check(shop);

        assertThat(status().status()).isEqualTo(StatusResult.Status.REVOKED);
        assertThat(detected()).isZero();
    }

    @Test
    void retriesSoonerAfterAFailedCheck() {
        web.status = 500;

        watch.check(shop);

        assertThat(status().status()).isEqualTo(StatusResult.Status.UNAVAILABLE);
        assertThat(status().detail()).hasValueSatisfying(why -> assertThat(why).contains("HTTP 500"));
        assertThat(due(ScheduledTask.CHECK_STATUS)).isBefore(in(Duration.ofMinutes(61)));
    }

    private byte[] list(X509Certificate... revoked) {
        return StatusAnswers.list(
                ca,
                parts.clock.instant().minusSeconds(5),
                List.of(revoked).stream().map(X509Certificate::getSerialNumber).toArray(java.math.BigInteger[]::new));
    }

    private Instant in(Duration time) {
        return parts.clock.instant().plus(time);
    }

    private StatusTable.Row status() {
        return parts.database.inTransaction(tx -> new StatusTable(tx).of(shop).getFirst());
    }

    private IssuedCertificate current() {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(shop).orElseThrow());
    }

    private double detected() {
        return parts.meters.counter("perennial_detected_revocations_total").count();
    }

    private void postponeRenewal() {
        parts.database.inTransaction(tx -> {
            new ScheduledTasks(tx).postpone(shop, ScheduledTask.RENEW, in(Duration.ofDays(60)), parts.clock.instant());
            return shop;
        });
    }

    private Instant due(ScheduledTask task) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM scheduled_task WHERE kind = :kind AND certificate_id = :id")
                        .bind("kind", task.name())
                        .bind("id", shop.value())
                        .mapTo(Instant.class)
                        .one());
    }

    private List<String> timeline() {
        return parts.database.inTransaction(tx -> tx.createQuery("SELECT entry FROM timeline ORDER BY seq")
                .mapTo(String.class)
                .list());
    }
}
