package dev.perennial.orders.revocation;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
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
import dev.perennial.orders.consumers.FactRecorder;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.parts.TestCa;
import dev.perennial.orders.renewal.RenewalPlanner;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.renewal.NamedWindows;
import dev.perennial.rules.renewal.RenewalTime;
import dev.perennial.rules.revocation.RevocationProgress;
import java.net.URI;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevocationIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final TestCa ca = new TestCa();
    private final FactRecorder recorder =
            new FactRecorder(parts.database, parts.transitions, parts.budget, parts.clock);
    private final RevocationReports reports =
            new RevocationReports(parts.database, parts.revocationRules, parts.clock, parts.meters);

    @Test
    void revokesAfterTheReplacementIsProven() {
        CertificateId shop =
                issued("shop", List.of("web-1", "web-2"), TestCa.newKey().getPublic());
        String before = current(shop).fingerprint();
        deployed(shop, "web-1");
        deployed(shop, "web-2");

        requestRevocation(shop, RevocationReason.SUPERSEDED);
        process();
        StoredOrder replacement = latest(shop);
        assertThat(replacement.cause()).isEqualTo(OrderCause.REVOKED);
        place(replacement.id());
        issue(shop, replacement.id(), ca.leaf());
        deployed(shop, "web-1");
        process();
        assertThat(row(before).state()).isEqualTo(RevocationProgress.REPLACING);
        assertThat(ordered()).as("while a host does not serve it yet").isEmpty();
        deployed(shop, "web-2");
        putOffRenewal(shop);
        process();

        assertThat(ordered()).singleElement().satisfies(fact -> {
            assertThat(fact.fingerprint()).isEqualTo(before);
            assertThat(fact.hosts()).containsExactly("web-1", "web-2");
            assertThat(fact.retired()).isFalse();
            assertThat(fact.leaf()).contains("BEGIN CERTIFICATE");
        });
        report(revoked(before));
        assertThat(row(before).state()).isEqualTo(RevocationProgress.REVOKED);
        assertThat(find(before).revokedAt()).isPresent();
        assertThat(find(before).revocationReason()).contains("superseded");
        assertThat(parts.facts()).containsOnlyOnce("revocation.accepted");
        assertThat(due("RENEW", shop)).isAfter(parts.clock.instant());
    }

    @Test
    void revokesEveryCertificateWithACompromisedKeyAndAtTheLatestAfterTheLimit() {
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId shop = issued("shop", List.of("web-1"), key);
        CertificateId blog = issued("blog", List.of("web-2"), key);
        CertificateId other = issued("other", List.of("web-2"), TestCa.newKey().getPublic());

        RevocationAnswer answer = requestRevocation(shop, RevocationReason.KEY_COMPROMISE);

        assertThat(answer.revocations())
                .extracting(RevocationAnswer.Planned::certificateId)
                .containsExactlyInAnyOrder(shop, blog);
        process();
        assertThat(List.of(latest(shop).cause(), latest(blog).cause())).containsOnly(OrderCause.KEY_COMPROMISED);
        assertThat(latest(other).cause()).isEqualTo(OrderCause.REQUESTED);
        assertThat(ordered()).isEmpty();
        pass(Duration.ofMinutes(16));
        process();
        assertThat(ordered()).extracting(RevocationOrdered::certificateId).containsExactlyInAnyOrder(shop, blog);
    }

    @Test
    void renewsACertificateWithACompromisedKeyEvenIfAnOrderFails() {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        requestRevocation(shop, RevocationReason.KEY_COMPROMISE);

        RenewalTime renewal = new RenewalPlanner(parts.issuers, NamedWindows.NONE)
                .plan(
                        parts.database.inTransaction(
                                tx -> new Certificates(tx).find(shop).orElseThrow()),
                        current(shop).renewable());

        assertThat(renewal.cause()).isEqualTo(OrderCause.KEY_COMPROMISED);
        assertThat(renewal.at()).isBeforeOrEqualTo(parts.clock.instant());
        assertThat(due("RENEW", shop)).isBeforeOrEqualTo(parts.clock.instant());
    }

    @Test
    void revokesAReplacementWithTheCompromisedKeyToo() {
        PublicKey key = TestCa.newKey().getPublic();
        CertificateId shop = issued("shop", List.of(), key);
        String before = current(shop).fingerprint();
        requestRevocation(shop, RevocationReason.KEY_COMPROMISE);
        process();
        place(latest(shop).id());
        issue(shop, latest(shop).id(), ca.leaf(key));
        String meanwhile = current(shop).fingerprint();

        process();

        assertThat(ordered()).isEmpty();
        StoredOrder next = latest(shop);
        place(next.id());
        issue(shop, next.id(), ca.leaf());
        process();
        assertThat(ordered()).extracting(RevocationOrdered::fingerprint).containsExactlyInAnyOrder(before, meanwhile);
    }

    @Test
    void revokesAtOnceAndRetiresAfterCessationOfOperation() {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = current(shop).fingerprint();

        requestRevocation(shop, RevocationReason.CESSATION_OF_OPERATION);
        process();

        assertThat(ordered()).singleElement().satisfies(fact -> assertThat(fact.retired())
                .isTrue());
        report(revoked(fingerprint));
        Certificate retired = parts.database.inTransaction(
                tx -> new Certificates(tx).find(shop).orElseThrow());
        assertThat(retired.retired()).isPresent();
        assertThat(timeline(shop)).contains("certificate.retired", "revocation.ordered", "certificate.revoked");
        assertThat(parts.count("certificate_order")).isEqualTo(1);
    }

    @Test
    void renewsACertificateRevokedWithoutReplacement() {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = current(shop).fingerprint();
        putOffRenewal(shop);
        submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        process();

        report(revoked(fingerprint));

        assertThat(due("RENEW", shop)).isBeforeOrEqualTo(parts.clock.instant());
    }

    @Test
    void retriesTransientFailuresAndStopsAfterARefusal() {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = current(shop).fingerprint();
        submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        process();

        report(failed(fingerprint, ErrorCode.CA_UNAVAILABLE));
        assertThat(row(fingerprint).state()).isEqualTo(RevocationProgress.DUE);
        assertThat(row(fingerprint).problem().orElseThrow().nextAttemptAt())
                .isEqualTo(row(fingerprint).dueAt());
        process();
        assertThat(ordered()).as("before its time").hasSize(1);
        pass(Duration.ofMinutes(2));
        process();
        assertThat(ordered()).hasSize(2);

        report(failed(fingerprint, ErrorCode.CA_REFUSED));
        assertThat(row(fingerprint).state()).isEqualTo(RevocationProgress.FAILED);
        assertThat(row(fingerprint).dueAt()).isEmpty();
        submit("r2", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        assertThat(row(fingerprint).state()).as("requested again").isEqualTo(RevocationProgress.DUE);
    }

    @Test
    void repeatsTheRequestIfTheIssuanceServiceDoesNotAnswer() {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        process();
        process();
        assertThat(ordered()).hasSize(1);

        pass(Duration.ofMinutes(31));
        process();

        assertThat(ordered()).hasSize(2);
    }

    @Test
    void publishesTheRevocationOnceWithManyReplicas() throws InterruptedException {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        submit("r1", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));

        List<Thread> replicas = IntStream.range(0, 8)
                .mapToObj(i -> Thread.ofVirtual().start(this::process))
                .toList();
        for (Thread replica : replicas) {
            replica.join();
        }

        assertThat(ordered()).hasSize(1);
    }

    @Test
    void processesARequestOnceAndLetsACompromisedKeyOverruleOthers() {
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = current(shop).fingerprint();

        SubmissionResult<RevocationAnswer> first =
                submit("r1", about(shop, RevocationReason.SUPERSEDED, Optional.empty()));
        assertThat(submit("r1", about(shop, RevocationReason.SUPERSEDED, Optional.empty())))
                .isEqualTo(first);
        assertThat(parts.facts()).containsOnlyOnce("revocation.accepted");
        submit("r2", about(shop, RevocationReason.KEY_COMPROMISE, Optional.empty()));
        assertThat(row(fingerprint).reason()).isEqualTo(RevocationReason.KEY_COMPROMISE);
        assertThat(row(fingerprint).revokeBy()).isPresent();
        submit("r3", about(shop, RevocationReason.SUPERSEDED, Optional.empty()));
        assertThat(row(fingerprint).reason()).isEqualTo(RevocationReason.KEY_COMPROMISE);
    }

    @Test
    void findsTheCertificateByNameAndTheIssuedOneBySerialOrFingerprint() {
        CertificateId shop = issued("shop", List.of(), TestCa.newKey().getPublic());
        IssuedCertificate old = current(shop);
        requestRevocation(shop, RevocationReason.SUPERSEDED);
        process();
        place(latest(shop).id());
        issue(shop, latest(shop).id(), ca.leaf());

        var byName = new RevocationRequested(
                Optional.empty(),
                Optional.of("web"),
                Optional.of("shop"),
                Optional.empty(),
                Optional.of("00:" + old.serial().toUpperCase(java.util.Locale.ROOT)),
                RevocationReason.SUPERSEDED,
                Optional.empty(),
                Optional.empty());
        assertThat(ServiceFixture.accepted(parts.revocations.preview(byName)).revocations())
                .extracting(RevocationAnswer.Planned::fingerprint)
                .containsExactly(old.fingerprint());
        assertThat(ServiceFixture.accepted(
                                parts.revocations.preview(about(shop, RevocationReason.SUPERSEDED, Optional.empty())))
                        .revocations())
                .extracting(RevocationAnswer.Planned::fingerprint)
                .containsExactly(current(shop).fingerprint());
    }

    @Test
    void refusesUnknownAndRevokedCertificates() {
        assertThat(refusal("r1", about(CertificateId.next(), RevocationReason.SUPERSEDED, Optional.empty())))
                .isEqualTo(ErrorCode.NOT_FOUND);
        CertificateId shop = issued("shop", List.of("web-1"), TestCa.newKey().getPublic());
        String fingerprint = current(shop).fingerprint();
        submit("r2", about(shop, RevocationReason.UNSPECIFIED, Optional.of(false)));
        process();
        report(revoked(fingerprint));

        assertThat(refusal("r3", about(shop, RevocationReason.SUPERSEDED, Optional.empty())))
                .isEqualTo(ErrorCode.NOTHING_TO_REVOKE);
        assertThat(parts.facts()).contains("certificate.refused");
    }

    private ErrorCode refusal(String id, RevocationRequested request) {
        return ServiceFixture.problems(submit(id, request)).getFirst().code();
    }

    private RevocationAnswer requestRevocation(CertificateId certificate, RevocationReason reason) {
        return ServiceFixture.accepted(
                submit("request-" + UUID.randomUUID(), about(certificate, reason, Optional.empty())));
    }

    private SubmissionResult<RevocationAnswer> submit(String id, RevocationRequested request) {
        return parts.revocations.submit(new Submission<>(
                "test", id, Optional.empty(), false, Optional.of(ServiceFixture.TRACEPARENT), request));
    }

    private static RevocationRequested about(
            CertificateId certificate, RevocationReason reason, Optional<Boolean> replace) {
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

    private void process() {
        new RevocationTask(parts.database, parts.revocationRules, parts.clock).round();
    }

    /** Lets this time pass for all revocations. */
    private void pass(Duration time) {
        parts.database.inTransaction(tx -> tx.createUpdate(
                        "UPDATE revocation SET due_at = due_at - CAST(:time AS interval), revoke_by = revoke_by - CAST(:time AS interval)")
                .bind("time", time.toSeconds() + " seconds")
                .execute());
    }

    private CertificateId issued(String name, List<String> targets, PublicKey key) {
        var answer = parts.accepted("request-" + name, request(name, targets, name + ".example.com"));
        place(answer.orderId());
        issue(answer.certificateId(), answer.orderId(), ca.leaf(key));
        return answer.certificateId();
    }

    private void place(OrderId order) {
        AcmeOrder acme = new AcmeOrder(
                URI.create("https://ca.test/order/1"),
                URI.create("https://ca.test/finalize/1"),
                List.of(),
                Optional.empty());
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order, new Input.Placed(1, acme)));
    }

    private void issue(CertificateId certificate, OrderId order, X509Certificate leaf) {
        recorder.record(parts.event(new CertificateIssued(
                certificate,
                order,
                1,
                "shop",
                List.of(),
                targets(order),
                leaf.getSerialNumber().toString(16),
                sha256(leaf),
                leaf.getNotBefore().toInstant(),
                leaf.getNotAfter().toInstant(),
                List.of(TestCa.pem(leaf), TestCa.pem(ca.certificate())),
                "certificates/" + certificate,
                1,
                false)));
    }

    private List<String> targets(OrderId order) {
        return parts.database
                .inTransaction(tx -> new Orders(tx).find(order).orElseThrow())
                .spec()
                .targets();
    }

    private void deployed(CertificateId certificate, String host) {
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

    private CertificateRevoked revoked(String fingerprint) {
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

    private RevocationFailed failed(String fingerprint, ErrorCode code) {
        IssuedCertificate issued = find(fingerprint);
        return new RevocationFailed(
                issued.certificateId(), issued.orderId(), fingerprint, Problem.of(code, "by this test"));
    }

    private void report(OrderFact fact) {
        assertThat(reports.record(parts.event(fact))).isTrue();
    }

    private List<RevocationOrdered> ordered() {
        return parts.database.inTransaction(tx -> tx
                .createQuery("SELECT data FROM outbox WHERE type = 'revocation.ordered' ORDER BY seq")
                .mapTo(byte[].class)
                .list()
                .stream()
                .map(RevocationIT::read)
                .toList());
    }

    private static RevocationOrdered read(byte[] data) {
        try {
            return EventCodec.mapper().readValue(data, RevocationOrdered.class);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void putOffRenewal(CertificateId certificate) {
        parts.database.inTransaction(tx -> {
            new ScheduledTasks(tx)
                    .postpone(
                            certificate,
                            ScheduledTask.RENEW,
                            parts.clock.instant().plus(Duration.ofDays(60)));
            return certificate;
        });
    }

    private Instant due(String task, CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT due_at FROM scheduled_task WHERE kind = :kind AND certificate_id = :id")
                        .bind("kind", task)
                        .bind("id", certificate.value())
                        .mapTo(Instant.class)
                        .one());
    }

    private List<String> timeline(CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT entry FROM timeline WHERE certificate_id = :id ORDER BY seq")
                        .bind("id", certificate.value())
                        .mapTo(String.class)
                        .list());
    }

    private Revocation row(String fingerprint) {
        return parts.database.inTransaction(
                tx -> new RevocationTable(tx).find(fingerprint).orElseThrow());
    }

    private StoredOrder latest(CertificateId certificate) {
        return parts.database.inTransaction(tx -> new Orders(tx).of(certificate).getFirst());
    }

    private IssuedCertificate current(CertificateId certificate) {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).current(certificate).orElseThrow());
    }

    private IssuedCertificate find(String fingerprint) {
        return parts.database.inTransaction(
                tx -> new IssuedCertificates(tx).find(fingerprint).orElseThrow());
    }

    private static String sha256(X509Certificate leaf) {
        try {
            return java.util.HexFormat.of()
                    .formatHex(
                            java.security.MessageDigest.getInstance("SHA-256").digest(leaf.getEncoded()));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
